/** Who has no business in an account: to them it looks like one that is not there, or nothing does. */
import { isMutation } from '@commonhold/contract'
import { type Actor, actors } from '../world/actors.ts'
import { answers, type Case, here, likeMissing } from './case.ts'
import { about, byPermission, inAccount, onAccount } from './operations.ts'

/** Known to the server, and to the account unknown. */
const outsiders: readonly Actor[] = [
  actors.otherTenantAdmin,
  actors.otherTenantAccountAdmin,
  actors.otherAccountAdmin,
  actors.otherToken,
  actors.exMember,
]

/** Without a credential that works for a tenant. */
export const strangers: readonly Actor[] = [
  actors.anonymous,
  actors.madeUp,
  actors.operator,
  actors.expiredToken,
  actors.revokedToken,
  actors.suspended,
  actors.deactivated,
  actors.deactivatedToken,
  actors.exMemberToken,
]

const accountLikeMissing = outsiders.flatMap((actor) =>
  inAccount.map((operation) =>
    likeMissing(
      { rule: 'an account looks like a missing one', place: 'path' },
      {
        actor,
        operation,
        what: '',
        foreign: (world) => [world.account1.accountId],
        asked: (world, id) => ({ params: { ...here(world), account: id } }),
      },
    ),
  ),
)

const notAnswered = strangers.flatMap((actor) =>
  [...inAccount, ...about('caller'), ...about('permission')].map((operation) =>
    answers({ rule: 'nothing is answered', place: 'caller' }, actor, operation, [401], (world) => ({
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
    answers(
      { rule: 'what is the tenant’s own is refused', place: 'caller' },
      actor,
      operation,
      [403, 404],
    ),
  ),
)

/** Of nobody: who is not the operator does not get so far as to learn that. */
const someGateway = '00000000-0000-4000-8000-000000000000'

const operatorsOnly = [
  actors.anonymous,
  actors.madeUp,
  actors.tenantAdmin,
  actors.otherToken,
  actors.expiredToken,
].flatMap((actor) =>
  about('operator').map((operation) =>
    answers(
      { rule: 'what is the operator’s is refused', place: 'caller' },
      actor,
      operation,
      [401, 403],
      ({ tenants }) => ({ params: { tenant: tenants[1]!, gateway: someGateway } }),
    ),
  ),
)

const notJoined = inAccount
  .filter((o) => o.access.by === 'member' || onAccount(o))
  .map((operation) =>
    answers(
      { rule: 'what an account owns is refused', place: 'caller' },
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
  answers({ rule: 'what needs more is refused', place: 'caller' }, actor, operation, [403, 404]),
)

/** Otherwise all of the above could hold because nothing is ever answered. */
const answered = byPermission
  .filter((o) => !isMutation(o) && o.method === 'GET' && onAccount(o))
  .map((operation) =>
    answers(
      { rule: 'what may be read is answered', place: 'caller' },
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
