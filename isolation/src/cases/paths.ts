/**
 * An id of another account or tenant in the path, below an account that the caller administers: by id,
 * by a name that only the other place has, with a revision, and in a dry run. And, within one account, an
 * id that the caller holds nothing on, though he holds all of its kind's permissions on another (case A9).
 */
import { type AnyOperation, isMutation, takesIfMatch } from '@commonhold/contract'
import { resourceKinds } from '@commonhold/core'
import { type Actor, actors } from '../world/actors.ts'
import type { Objects } from '../world/objects.ts'
import type { Asked } from '../world/request.ts'
import type { World } from '../world/world.ts'
import { answers, type Case, type Fixed, here, likeMissing } from './case.ts'
import { about, byPermission, idParameters, inAccount, objectOf, onAccount } from './operations.ts'

const rule = 'an id of another place is like a missing one'

const nameless = new Set(['grant', 'invitation', 'audit-event', 'share', 'transfer', 'request'])

interface Variant {
  readonly fixed: Fixed
  readonly suits: (operation: AnyOperation) => boolean
  /** What of another place's objects stands in the path. */
  readonly of: (place: World['account1'], object: string) => string
  readonly more?: Omit<Asked, 'params'>
}

const byId: Variant['of'] = ({ objects }, object) => objects[object]!

const variants: readonly Variant[] = [
  { fixed: { rule, place: 'path' }, suits: () => true, of: byId },
  {
    fixed: { rule, place: 'path, by name' },
    suits: (operation) => !idParameters(operation).some((name) => nameless.has(name)),
    of: ({ own, ownName }, object) => nameOf(own, ownName, object),
  },
  {
    fixed: { rule, place: 'path, with If-Match' },
    suits: takesIfMatch,
    of: byId,
    more: { headers: { 'if-match': '"1"' } },
  },
  {
    fixed: { rule, place: 'path, in a dry run' },
    suits: isMutation,
    of: byId,
    more: { query: '?dryRun=true' },
  },
]

/** What has no name is named by its id. */
function nameOf(own: Objects, ownName: string, object: string): string {
  if (object === 'model') return `${ownName}/${ownName}`
  if (object === 'user' || object === 'member') return own.email!
  return nameless.has(object) ? own[object]! : ownName
}

const withIds = inAccount
  .filter((o) => o.access.by === 'member' || onAccount(o))
  .filter((o) => idParameters(o).length > 0)

function cases(
  ways: readonly Variant[],
  actor: Actor,
  from: (world: World) => Readonly<Record<string, string>>,
  foreignPlaces: (world: World, name: string) => readonly World['account1'][],
): Case[] {
  return ways.flatMap(({ fixed, suits, of, more }) =>
    withIds.filter(suits).flatMap((operation) =>
      idParameters(operation).map((name) =>
        likeMissing(fixed, {
          actor,
          operation,
          what: `{${name}}`,
          foreign: (world) =>
            foreignPlaces(world, name).map((place) => of(place, objectOf(operation, name))),
          asked: (world, id) => ({ ...more, params: { ...from(world), [name]: id } }),
        }),
      ),
    ),
  )
}

/** What root shares to account1, and what it is offered, is root's own; and so are the tenant's people. */
const ofRootToo = new Set(['share', 'transfer', 'user'])

/** Root is an account like the others: who administers the tenant has no arm that reaches further. */
const inRoot = (world: World) => ({ ...here(world), account: 'root' })

/** Sessions and personal tokens are a person's own: nobody reads or ends them by their id. */
const othersOwn = [
  ...inAccount.filter(({ id }) => id.startsWith('personal-access-token.')),
  ...about('caller'),
].flatMap((operation) =>
  idParameters(operation).map((name) =>
    likeMissing(
      { rule: 'what is somebody else’s own is like a missing one', place: 'path' },
      {
        actor: actors.viewer,
        operation,
        what: `{${name}}`,
        foreign: ({ account1, account2, otherTenant }) =>
          [account1, account2, otherTenant].map(
            ({ objects }) => objects[objectOf(operation, name)]!,
          ),
        asked: (world, id) => ({ params: { ...here(world), [name]: id } }),
      },
    ),
  ),
)

/** The second set of account1's own objects, on which the keeper of the first holds nothing. */
const kinds = new Set<string>(resourceKinds.map(({ kind }) => kind))

const rightElsewhere = byPermission.filter(onAccount).flatMap((operation) =>
  idParameters(operation)
    .filter((name) => kinds.has(name))
    .map((name) =>
      likeMissing(
        { rule: 'a right on one thing is none on another', place: 'path' },
        {
          actor: actors.keeper,
          operation,
          what: `{${name}}`,
          foreign: (world) => [world.account1.own[name]!],
          asked: (world, id) => ({ params: { ...here(world), [name]: id } }),
        },
      ),
    ),
)

/** Otherwise it could hold because the keeper may do nothing at all. */
const rightHere = byPermission
  .filter((o) => o.method === 'GET' && idParameters(o).length === 1)
  .filter((o) => o.access.by === 'permission' && o.access.on === `{${idParameters(o)[0]}}`)
  .map((operation) =>
    answers(
      { rule: 'a right on a thing is one', place: 'caller' },
      actors.keeper,
      operation,
      [200],
    ),
  )

export const pathCases: readonly Case[] = [
  ...cases(variants, actors.admin, here, ({ account2, otherTenant }) => [account2, otherTenant]),
  ...cases(variants.slice(0, 1), actors.tenantAdmin, inRoot, ({ account1, otherTenant }, name) =>
    ofRootToo.has(name) ? [otherTenant] : [account1, otherTenant],
  ),
  ...othersOwn,
  ...rightElsewhere,
  ...rightHere,
]
