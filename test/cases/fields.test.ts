/**
 * What a caller may write, field by field, from the contract: nothing that only the server knows, and
 * nothing that says who he is.
 */
import { type AnyOperation, isMutation, operations } from '@commonhold/contract'
import type { AccountId, Id, ResourceId, TeamId, TenantId, UserId } from '@commonhold/core'
import { expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

const withBody = operations.filter(
  (operation) => isMutation(operation) && !(operation.body instanceof z.ZodUndefined),
)

/** The server's own: what a body must never set. */
const serversOwn = ['id', 'kind', 'account', 'tenant', 'createdAt', 'createdBy', 'updatedAt']
/** Whoever could say one of these would say who he is, or how much he may. */
const ofOthers = [
  'isRoot',
  'builtIn',
  'principal',
  'owner',
  'userId',
  'accountId',
  'tenantId',
  'role',
]

/**
 * What looks like one and is not: `kind` of a share says what is shared, the role of an invitation is
 * weighed like a grant, and whoever signs in or up says where, and proves it by a password.
 */
const meant = new Set([
  'share.create kind',
  'user.invite role',
  'grant.create role',
  'session.create tenant',
  'signup.create tenant',
])

function shapeOf({ body }: AnyOperation): string[] {
  return body instanceof z.ZodObject ? Object.keys(body.shape) : []
}

it('no field that is the server’s can be written, in any operation (A33, A35)', () => {
  const written = withBody.flatMap((operation) =>
    shapeOf(operation)
      .filter((field) => [...serversOwn, ...ofOthers].includes(field))
      .map((field) => `${operation.id} ${field}`)
      .filter((place) => !meant.has(place)),
  )
  expect(written).toEqual([])
})

it('what is only read can’t be written along with what can (A33)', () => {
  for (const operation of withBody) {
    const { output, body } = operation
    if (!(output instanceof z.ZodObject && body instanceof z.ZodObject)) continue
    const readOnly = Object.keys(output.shape).filter((field) => !(field in body.shape))
    for (const field of readOnly) {
      const parsed = body.safeParse({ [field]: 'x' })
      expect([operation.id, field, parsed.success]).toEqual([operation.id, field, false])
      const codes = parsed.error!.issues.map(({ code }) => code)
      expect([operation.id, field, codes]).toEqual([
        operation.id,
        field,
        expect.arrayContaining(['unrecognized_keys']),
      ])
    }
  }
})

it('no id is chosen by who creates, so none is taken over or used again (A5, A27)', () => {
  const creates = withBody.filter(({ id }) => id.endsWith('.create'))
  expect(creates.length).toBeGreaterThan(15)
  for (const operation of creates) expect([operation.id, shapeOf(operation)]).not.toContain('id')
})

it('ids of different things can’t stand in for one another: the compiler says so (A43)', () => {
  expectTypeOf<TenantId>().not.toExtend<AccountId>()
  expectTypeOf<AccountId>().not.toExtend<TenantId>()
  expectTypeOf<UserId>().not.toExtend<TeamId>()
  expectTypeOf<AccountId>().not.toExtend<ResourceId>()
  expectTypeOf<string>().not.toExtend<AccountId>()
  expectTypeOf<AccountId>().toExtend<Id>()
})
