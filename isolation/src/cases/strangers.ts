/** Who has no business in an account: to them it looks like one that is not there, or nothing does. */
import { isMutation } from '@commonhold/contract'
import { type Actor, actors } from '../world/actors.ts'
import {
  about,
  byPermission,
  type Case,
  here,
  inAccount,
  likeMissing,
  onAccount,
  refused,
} from './case.ts'

/** Known to the server, and to the account unknown. */
const outsiders: readonly Actor[] = [
  actors.otherTenantAdmin,
  actors.otherTenantAccountAdmin,
  actors.otherAccountAdmin,
  actors.otherToken,
  actors.exMember,
]

/** Without a credential that works for a tenant. */
const strangers: readonly Actor[] = [
  actors.anonymous,
  actors.deactivated,
  actors.operator,
  actors.madeUp,
]

const accountLikeMissing = outsiders.flatMap((actor) =>
  inAccount.map((operation) =>
    likeMissing(
      { rule: 'an account looks like a missing one', place: 'path' },
      actor,
      operation,
      '',
      (world) => [world.account1.accountId],
      (world, id) => ({ params: { ...here(world), account: id } }),
    ),
  ),
)

const notAnswered = strangers.flatMap((actor) =>
  [...inAccount, ...about('caller'), ...about('permission')].map((operation) =>
    refused({ rule: 'nothing is answered', place: 'none' }, actor, operation, [401], (world) => ({
      params: { ...here(world), session: 'sess_none' },
    })),
  ),
)

const tenantAdminsOnly = [
  actors.otherAccountAdmin,
  actors.admin,
  actors.viewer,
  actors.otherToken,
].flatMap((actor) =>
  about('permission').map((operation) =>
    refused({ rule: 'the tenant’s own is refused', place: 'none' }, actor, operation, [403, 404]),
  ),
)

const operatorsOnly = [actors.anonymous, actors.tenantAdmin, actors.otherToken].flatMap((actor) =>
  about('operator').map((operation) =>
    refused(
      { rule: 'the operator’s is refused', place: 'none' },
      actor,
      operation,
      [401, 403],
      () => ({
        params: { tenant: 'commonhold' },
      }),
    ),
  ),
)

const notJoined = inAccount
  .filter((o) => o.access.by === 'member' || onAccount(o))
  .map((operation) =>
    refused(
      { rule: 'what an account owns is refused', place: 'none' },
      actors.tenantAdmin,
      operation,
      [403],
    ),
  )

const tooWeak = [
  ...byPermission.map((o) => [actors.narrowed, o] as const),
  ...byPermission.filter(isMutation).map((o) => [actors.viewer, o] as const),
  ...byPermission
    .filter(({ access }) => access.by === 'permission' && access.permission !== 'model:read')
    .map((o) => [actors.teamOnly, o] as const),
].map(([actor, operation]) =>
  refused({ rule: 'what needs more is refused', place: 'none' }, actor, operation, [403, 404]),
)

/** Otherwise all of the above could hold because nothing is ever answered. */
const answered = byPermission
  .filter((o) => !isMutation(o) && o.method === 'GET' && onAccount(o))
  .map((operation) =>
    refused(
      { rule: 'what may be read is answered', place: 'none' },
      actors.viewer,
      operation,
      [200],
    ),
  )

export const strangerCases: readonly Case[] = [
  ...accountLikeMissing,
  ...notAnswered,
  ...tenantAdminsOnly,
  ...operatorsOnly,
  ...notJoined,
  ...tooWeak,
  ...answered,
]
