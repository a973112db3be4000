/** Hosted mode: anyone signs up, every sign-up is a world of its own, and nothing looks across. */
import { createClient } from '@commonhold/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { password, signIn } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'

let product: TestProduct
beforeAll(async () => {
  product = await startProduct({ COMMONHOLD_MODE: 'hosted' })
}, 90_000)
afterAll(() => product?.remove())

it('makes a tenant for each sign-up, with the same e-mail as two people', async () => {
  const anybody = createClient({ baseUrl: product.url })
  for (const tenant of ['acme', 'globex']) {
    const signedUp = await anybody.signup.create(
      {},
      {
        tenant,
        tenantDisplayName: tenant,
        email: 'ana@example.com',
        displayName: 'Ana Okafor',
        password,
      },
    )
    expect(signedUp.tenant.name).toBe(tenant)
  }
  const acme = await signIn(product.url, 'ana@example.com', 'acme')
  const globex = await signIn(product.url, 'ana@example.com', 'globex')
  await acme.client.team.create({ account: 'root' }, { name: 'secret-team' })
  expect((await globex.client.team.list({ account: 'root' })).items).toEqual([])
})

it('refuses a name that is taken', async () => {
  const anybody = createClient({ baseUrl: product.url })
  const again = anybody.signup.create(
    {},
    {
      tenant: 'acme',
      tenantDisplayName: 'Acme',
      email: 'eve@example.com',
      displayName: 'Eve',
      password,
    },
  )
  await expect(again).rejects.toMatchObject({ code: 'name_taken' })
})
