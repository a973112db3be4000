/** Who may offer, to whom, who may accept, and who sees an offer at all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Control, type Read, refusalOf, refused, type TestTenant } from './support/control.ts'
import { dryRun as dry, type Hands, type Place, startHands } from './support/hands.ts'
import { newAccount, newMember, share, type TestAccount } from './support/world.ts'

let hands: Hands
let control: Control
let tenant: TestTenant
let root: Place
let lab: TestAccount
let sales: TestAccount

beforeAll(async () => {
  hands = await startHands()
  ;({ control, tenant, root, lab, sales } = hands)
})
afterAll(() => control.close())

const ask: Hands['ask'] = (...all) => hands.ask(...all)
const offer: Hands['offer'] = (...all) => hands.offer(...all)
const accept: Hands['accept'] = (...all) => hands.accept(...all)
const prompt = (at: Place, name: string) => ask(at, 'prompt.create', { body: { name } })

describe('who may', () => {
  it('offer: who holds all of it here; an editor, who hands out no access, does not', async () => {
    await prompt(lab, 'guarded')
    const editor = await newMember(control, lab, 'ed@acme.example', 'editor')
    const refusal = await refused(offer(lab, 'prompt', 'guarded', 'root', {}, editor))
    expect(refusal).toMatchObject({
      code: 'hands_out_more_than_held',
      missingPermissions: ['prompt:manage'],
    })
    const viewer = await newMember(control, lab, 'vi@acme.example', 'viewer')
    expect(await refusalOf(offer(lab, 'prompt', 'guarded', 'root', {}, viewer))).toBe('not_allowed')
  })

  it('offer what is shared: nobody but its owner', async () => {
    await ask(root, 'prompt.create', { body: { name: 'roots' } })
    await share(control, tenant, { kind: 'prompt', resource: 'roots', to: 'lab', upTo: 'admin' })
    expect(await refusalOf(offer(lab, 'prompt', 'roots', 'sales'))).toBe('refused_by_rule')
  })

  it('name an account: only one that he has to do with; a foreign one is a missing one', async () => {
    await newAccount(control, tenant, 'hidden')
    await prompt(sales, 'curious')
    const [foreign, missing] = await Promise.all(
      ['hidden', 'nowhere'].map((to) => refused(offer(sales, 'prompt', 'curious', to))),
    )
    expect([foreign.code, foreign.detail]).toEqual([missing.code, missing.detail])
    expect(foreign.code).toBe('not_found')
    const itself = await refused(offer(sales, 'prompt', 'curious', 'sales'))
    expect(itself.code).toBe('refused_by_rule')
    // The tenant's admin knows of all of them, from root.
    await prompt(root, 'sent-out')
    await offer(root, 'prompt', 'sent-out', 'hidden')
  })

  it('accept: who could make it there, under the boundary of that account', async () => {
    const narrow = await newAccount(control, tenant, 'narrow', 'models-only')
    await ask(root, 'cluster.create', { body: { name: 'grand' } })
    const { id } = await offer(root, 'cluster', 'grand', 'narrow')
    // models-only leaves clusters out altogether: the offer can't even be read.
    expect(await refusalOf(accept(narrow, id))).toBe('not_found')
    const viewer = await newMember(control, sales, 'vera@acme.example', 'viewer')
    await prompt(lab, 'seen')
    const seen = await offer(lab, 'prompt', 'seen', 'sales')
    await ask(sales, 'transfer.get', { params: { transfer: seen.id } }, viewer)
    const params = { transfer: seen.id }
    for (const operation of ['transfer.accept', 'transfer.delete']) {
      const body = operation === 'transfer.accept' ? { body: {} } : {}
      const refusal = await refused(ask(sales, operation, { params, ...body }, viewer))
      expect(refusal).toMatchObject({
        code: 'not_allowed',
        missingPermissions: ['prompt:create'],
      })
    }
    expect(await refusalOf(accept(lab, seen.id))).toBe('refused_by_rule')
  })

  it('accept: not after who offered it has lost the power to (A65)', async () => {
    const leaver = await newMember(control, lab, 'leo@acme.example', 'admin')
    for (const [name, undo] of [
      ['by-demoted', 'grant.delete'],
      ['by-leaver', 'user.deactivate'],
    ] as const) {
      await prompt(lab, name)
      const { id } = await offer(lab, 'prompt', name, 'root', {}, leaver)
      await accept(root, id, {}, dry)
      if (undo === 'grant.delete') {
        const { items } = await ask(lab, 'grant.list')
        const own = items.find((g: Read) => g.subject.name === 'leo@acme.example')
        await ask(lab, undo, { params: { grant: own.id } })
        expect(await refusalOf(accept(root, id))).toBe('wrong_state')
        const subject = { type: 'user', user: 'leo@acme.example' }
        await ask(lab, 'grant.create', {
          body: { subject, role: 'admin', object: { type: 'account' } },
        })
        await accept(root, id)
      } else {
        await ask(lab, undo, { params: { user: 'leo@acme.example' } })
        expect(await refusalOf(accept(root, id))).toBe('wrong_state')
      }
    }
  })

  it('see it: giver and receiver, and for a third account it does not exist (A1)', async () => {
    const third = await newAccount(control, tenant, 'third')
    await prompt(lab, 'private-deal')
    const { id } = await offer(lab, 'prompt', 'private-deal', 'sales')
    const missing = id.replace(/.{4}$/, '0000')
    for (const operation of ['transfer.get', 'transfer.accept', 'transfer.delete']) {
      const body = operation === 'transfer.accept' ? { body: {} } : {}
      const answers = await Promise.all(
        [id, missing].map((transfer) =>
          refused(ask(third, operation, { params: { transfer }, ...body })),
        ),
      )
      expect(new Set(answers.map(({ code, detail }) => `${code} ${detail}`)).size).toBe(1)
    }
    expect((await ask(third, 'transfer.list')).items).toEqual([])
    const listed = async (at: Place, direction: string) =>
      (
        await ask(at, 'transfer.list', { query: { 'filter[direction]': direction, limit: '200' } })
      ).items.some((one: Read) => one.id === id)
    expect(await listed(lab, 'out')).toBe(true)
    expect(await listed(lab, 'in')).toBe(false)
    expect(await listed(sales, 'in')).toBe(true)
    // Nobody who may not read prompts sees one offered.
    const blind = await newMember(control, sales, 'bo@acme.example', undefined as never)
    expect((await ask(sales, 'transfer.list', {}, blind)).items).toEqual([])
  })
})
