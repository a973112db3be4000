/** Lists: nothing of another place in them, filters that tell nothing, cursors that serve one caller. */
import { type AnyOperation, operations } from '@commonhold/contract'
import { type Actor, actors } from '../world/actors.ts'
import { ask } from '../world/request.ts'
import type { World } from '../world/world.ts'
import { type Case, here, inAccount, likeMissing, parameters } from './case.ts'

const lists = inAccount.filter((o) => o.id.endsWith('.list') && parameters(o).length === 1)

function leaked({ account2, otherTenant }: World, said: string): string | undefined {
  return [account2, otherTenant]
    .flatMap(({ accountId, objects }) => [accountId, ...Object.values(objects)])
    .find((id) => id.includes('_') && said.includes(id))
}

const showNothing = lists.map(
  (operation): Case => ({
    rule: 'a list shows nothing of another place',
    actor: actors.admin.name,
    place: 'none',
    operation: operation.id,
    run: async (world) => {
      const got = await ask(world.url, operation, { params: here(world) }, actors.admin.of(world))
      const found = leaked(world, got.said)
      if (got.status === 200 && found === undefined) return null
      return { why: found ? `it shows ${found}` : `${got.status} and not 200`, exchanges: [got] }
    },
  }),
)

/** Filters whose value is a reference to an object of a kind that the worlds have. */
const filterKinds: Readonly<Record<string, string>> = {
  user: 'user',
  team: 'team',
  virtualAccount: 'virtual-account',
  role: 'role',
  token: 'token',
  model: 'model',
  cluster: 'cluster',
  providerAccount: 'provider-account',
  secretGroup: 'secret-group',
  resource: 'model',
}

const knows = (operation: AnyOperation, filter: string) =>
  operation.query.safeParse({ [`filter[${filter}]`]: 'thing' }).success

const filters = lists.flatMap((operation) =>
  Object.entries(filterKinds)
    .filter(([filter]) => knows(operation, filter))
    .map(([filter, kind]) =>
      likeMissing(
        { rule: 'a filter by a foreign id answers like by a missing one', place: 'filter' },
        actors.admin,
        operation,
        `filter[${filter}]`,
        ({ account2, otherTenant }) => [account2, otherTenant].map((place) => place.objects[kind]!),
        (world, id) => ({
          params: here(world),
          query: `?${encodeURIComponent(`filter[${filter}]`)}=${id}`,
        }),
        200,
      ),
    ),
)

/** A cursor that the admin got, changed by `edit`, brought by an actor. */
function cursorCase(what: string, actor: Actor, edit: (cursor: string) => string, status: number) {
  const operation = operations.find((o) => o.id === 'role.list')!
  return {
    rule: 'a cursor serves its own caller and its own question',
    actor: actor.name,
    place: 'cursor',
    operation: `${operation.id} ${what}`,
    run: async (world) => {
      const params = here(world)
      const first = { params, query: '?limit=1' }
      const page = await ask(world.url, operation, first, actors.admin.of(world))
      const { nextCursor } = JSON.parse(page.said) as { nextCursor: string }
      const query = `?limit=1&${edit(nextCursor)}`
      const got = await ask(world.url, operation, { params, query }, actor.of(world))
      if (got.status === status) return null
      return { why: `${got.status} and not ${status}`, exchanges: [page, got] }
    },
  } satisfies Case
}

const cursors = [
  cursorCase('as it was given', actors.admin, (cursor) => `cursor=${cursor}`, 200),
  cursorCase('of somebody else', actors.viewer, (cursor) => `cursor=${cursor}`, 400),
  cursorCase('for another order', actors.admin, (cursor) => `sort=-name&cursor=${cursor}`, 400),
  cursorCase('that was edited', actors.admin, (cursor) => `cursor=x${cursor}`, 400),
]

export const listCases: readonly Case[] = [...showNothing, ...filters, ...cursors]
