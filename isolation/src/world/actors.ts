/** Who asks in the matrix, each with a name that reads on after "to". */
import { type Person, program } from './person.ts'
import type { World } from './world.ts'

export interface Actor {
  readonly name: string
  /** Null sends no credential at all. */
  readonly of: (world: World) => Person | null
}

const actor = (name: string, of: Actor['of']): Actor => ({ name, of })

export const actors = {
  anonymous: actor('somebody who is not signed in', () => null),
  madeUp: actor('a program with a token that it made up', ({ url }) =>
    program(url, 'ch_va_madeup'),
  ),
  expiredToken: actor('an expired token', (w) => w.expiredToken),
  revokedToken: actor('a revoked token', (w) => w.revokedToken),
  suspended: actor('a suspended virtual account', (w) => w.suspended),
  deactivated: actor('somebody who was deactivated', (w) => w.deactivated),
  deactivatedToken: actor('a token of somebody who was deactivated', (w) => w.deactivatedToken),
  exMember: actor('somebody who was removed from the account', (w) => w.exMember),
  exMemberToken: actor('a token of somebody who was removed', (w) => w.exMemberToken),
  operator: actor('the operator', (w) => w.operator),
  tenantAdmin: actor('an admin of the tenant who has not joined', (w) => w.tenantAdmin),
  otherTenantAdmin: actor('another tenant’s admin', (w) => w.otherTenantAdmin),
  otherTenantAccountAdmin: actor('an account admin of another tenant', (w) => w.otherTenant.admin),
  otherAccountAdmin: actor('another account’s admin', (w) => w.account2.admin),
  otherToken: actor('a token of another account', (w) => w.otherToken),
  ofBoth: actor('an admin of both accounts', (w) => w.ofBoth),
  admin: actor('the account’s own admin', (w) => w.account1.admin),
  caller: actor('a program of the account', (w) => w.caller),
  keeper: actor('an admin of other resources of the account', (w) => w.keeper),
  viewer: actor('a viewer', (w) => w.viewer),
  teamOnly: actor('a member with nothing but a team that uses one model', (w) => w.teamOnly),
  narrowed: actor('a token narrowed to nothing', (w) => w.narrowed),
} as const
