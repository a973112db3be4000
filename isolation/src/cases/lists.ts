/**
 * Lists: nothing of another place in them, whether one just looks, filters by an id or a name, or
 * searches; and cursors that serve one caller and one question.
 */
import { type Actor, actors } from '../world/actors.ts'
import { ask } from '../world/request.ts'
import type { World } from '../world/world.ts'
import { type Case, here, likeMissing } from './case.ts'
import { documented, isReference, type Parameter } from './document.ts'
import { hasPages, hasSearch, inAccount, lists, wholePage } from './operations.ts'

function leaked({ account2, otherTenant }: World, said: string): string | undefined {
  return [account2, otherTenant]
    .flatMap(({ accountId, ownName, objects, own }) => [
      accountId,
      ownName,
      ...Object.values(objects).filter((id) => id.includes('_')),
      ...Object.values(own).filter((id) => id.includes('_')),
    ])
    .find((text) => said.includes(text))
}

const showNothing = lists.map(
  (operation): Case => ({
    rule: 'a list shows nothing of another place',
    actor: actors.admin.name,
    place: 'answer',
    operation: operation.id,
    run: async (world) => {
      const asked = { params: here(world), query: wholePage(operation) }
      const got = await ask(world.url, operation, asked, actors.admin.of(world))
      const found = leaked(world, got.said)
      if (got.status === 200 && found === undefined) return null
      return { why: found ? `it shows ${found}` : `${got.status} and not 200`, exchanges: [got] }
    },
  }),
)

/** What a filter or another part of a query refers to, by its name. */
const queryKinds: Readonly<Record<string, string>> = {
  user: 'user',
  team: 'team',
  ownerTeam: 'team',
  virtualAccount: 'virtual-account',
  role: 'role',
  token: 'token',
  model: 'model',
  cluster: 'cluster',
  providerAccount: 'provider-account',
  secretGroup: 'secret-group',
  resource: 'model',
  principal: 'virtual-account',
  to: 'account',
}

const fieldOf = ({ name }: Parameter) => name.replace(/^filter\[(.*)\]$/, '$1')

const references = inAccount.flatMap((operation) =>
  (documented(operation).parameters ?? [])
    .filter((parameter) => parameter.in === 'query' && isReference(parameter.schema))
    .map((parameter) => [operation, parameter] as const),
)

/** Parts of a query that refer to something of a kind that nobody told. There must be none. */
export const queriesWithoutKind = (): string[] =>
  references
    .filter(([, parameter]) => queryKinds[fieldOf(parameter)] === undefined)
    .map(([operation, { name }]) => `${operation.id} ${name}`)

const filters = references
  .filter(([, parameter]) => queryKinds[fieldOf(parameter)] !== undefined)
  .map(([operation, parameter]) => {
    const kind = queryKinds[fieldOf(parameter)]!
    return likeMissing(
      { rule: 'an id of another place in a query is like a missing one', place: 'query' },
      {
        actor: actors.admin,
        operation,
        what: parameter.name,
        foreign: ({ account2, otherTenant }) =>
          [account2, otherTenant].flatMap(({ accountId, objects, own, ownName }) =>
            kind === 'account' ? [accountId] : [objects[kind]!, own[kind]!, ownName],
          ),
        asked: (world, id) => ({
          params: here(world),
          query: `?${encodeURIComponent(parameter.name)}=${encodeURIComponent(id)}`,
        }),
        statusMin: 200,
      },
    )
  })

const searches = lists.filter(hasSearch).map((operation) =>
  likeMissing(
    { rule: 'a search finds nothing of another place', place: 'search' },
    {
      actor: actors.admin,
      operation,
      what: '',
      foreign: ({ account2, otherTenant }) => [account2.ownName, otherTenant.ownName],
      asked: (world, id) => ({ params: here(world), query: `?q=${id}` }),
      statusMin: 200,
    },
  ),
)

/** A cursor that the admin got, changed by `edit`, brought by an actor into an account of his. */
function cursorCases(
  what: string,
  actor: Actor,
  account: (world: World) => string,
  edit: (cursor: string) => string,
  status: number,
): Case[] {
  return lists.filter(hasPages).map((operation) => ({
    rule: 'a cursor serves its own caller and its own question',
    actor: actor.name,
    place: 'cursor',
    operation: `${operation.id}: ${what}`,
    run: async (world) => {
      const first = { params: here(world), query: '?limit=1' }
      const page = await ask(world.url, operation, first, actors.admin.of(world))
      const { nextCursor } = JSON.parse(page.said) as { nextCursor: string | null }
      // Of what there is one at most, nobody has a cursor.
      if (nextCursor === null) return null
      const asked = {
        params: { ...here(world), account: account(world) },
        query: `?limit=1&${edit(encodeURIComponent(nextCursor))}`,
      }
      const got = await ask(world.url, operation, asked, actor.of(world))
      if (got.status === status) return null
      return { why: `${got.status} and not ${status}`, exchanges: [page, got] }
    },
  }))
}

const at1 = ({ account1 }: World) => account1.accountId
const at2 = ({ account2 }: World) => account2.accountId
const same = (cursor: string) => `cursor=${cursor}`

const cursors = [
  ...cursorCases('as it was given', actors.admin, at1, same, 200),
  ...cursorCases('of somebody else', actors.ofBoth, at1, same, 400),
  ...cursorCases('of another account', actors.otherAccountAdmin, at2, same, 400),
  ...cursorCases(
    'of another tenant',
    actors.otherTenantAccountAdmin,
    ({ otherTenant }) => otherTenant.accountId,
    same,
    400,
  ),
  ...cursorCases('that was edited', actors.admin, at1, (cursor) => `cursor=x${cursor}`, 400),
]

export const listCases: readonly Case[] = [...showNothing, ...filters, ...searches, ...cursors]
