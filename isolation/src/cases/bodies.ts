/**
 * Ids in bodies: a reference to something of another account or tenant is answered like one to
 * nothing, whichever field it stands in; and where a field takes several, one foreign id among the
 * caller's own is enough to refuse all of them (case A19).
 */
import { operations } from '@commonhold/contract'
import { type Actor, actors } from '../world/actors.ts'
import type { Objects } from '../world/objects.ts'
import type { World } from '../world/world.ts'
import { bodyRows } from './body-rows.ts'
import { type Case, here, likeMissing } from './case.ts'
import { referencesIn } from './document.ts'
import { operationOf } from './operations.ts'

/** Fields that refer to something and have no row. There must be none. */
export function fieldsWithoutRow(): string[] {
  const rows = new Set(bodyRows.map(([operation, field]) => `${operation} ${field}`))
  return operations
    .filter(({ area }) => area === 'api')
    .flatMap((operation) => referencesIn(operation).map((field) => `${operation.id} ${field}`))
    .filter((field) => !rows.has(field))
}

interface Seat {
  readonly actor: Actor
  readonly account: (world: World) => string
  readonly own: (world: World) => Objects
  readonly foreign: (world: World, kind: string) => readonly World['account1'][]
}

const inAccount1: Seat = {
  actor: actors.admin,
  account: ({ account1 }) => account1.accountId,
  own: ({ account1 }) => account1.objects,
  foreign: ({ account2, otherTenant }) => [account2, otherTenant],
}

const inRoot: Seat = {
  actor: actors.tenantAdmin,
  account: () => 'root',
  own: ({ account1 }) => ({ ...account1.objects, ...account1.inRoot }),
  // The tenant's accounts, and what root shares to them, are root's own.
  foreign: ({ account1, otherTenant }, kind) =>
    kind === 'account' || kind === 'share' ? [otherTenant] : [account1, otherTenant],
}

const rule = 'a foreign id in a body is like a missing one'

export const bodyCases: readonly Case[] = bodyRows.flatMap(([id, field, kind, body, where]) => {
  const operation = operationOf(id)
  const { actor, account, own, foreign } = where === 'root' ? inRoot : inAccount1
  const cases = (place: Case['place'], what: string, ids: (id: string, own: string) => string[]) =>
    likeMissing(
      { rule, place },
      {
        actor,
        operation,
        what: `${field} (${kind})${what}`,
        foreign: (world) => foreign(world, kind).map((one) => idOf(one, kind)),
        asked: (world, foreignId) => {
          const mine = own(world)
          const params = { ...here(world), account: account(world) }
          return { params, body: body(ids(foreignId, mine[kind] ?? ''), mine) }
        },
      },
    )
  const alone = cases('body', '', (foreignId) => [foreignId])
  if (!field.includes('[]')) return [alone]
  return [
    alone,
    cases('list in a body', ', after an own one', (foreignId, mine) => [mine, foreignId]),
    cases('list in a body', ', before an own one', (foreignId, mine) => [foreignId, mine]),
  ]
})

function idOf({ accountId, objects }: World['account1'], kind: string): string {
  return kind === 'account' ? accountId : objects[kind]!
}
