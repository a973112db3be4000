/**
 * The one way to make a tenant, whoever asks: the first start, a sign-up, the operator. All of it in
 * one transaction of the new tenant's own: its row, its root account, its data key, the built-in
 * roles, and a first admin, who is invited or has a password already.
 */
import { allPermissions, listPermissions, type TenantId, type UserId } from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import { findAccount, insertAccount } from '../store/account.ts'
import { findBuiltInRole, systemActor, writeBuiltInRoles } from '../store/built-in-role.ts'
import { loadTenant, type TenantFacts } from '../store/caller.ts'
import type { Tx } from '../store/database.ts'
import { insertTenant, listTenantIds } from '../store/tenant.ts'
import { insertTenantKey } from '../store/tenant-key.ts'
import { lockTenant } from '../store/tenant-revision.ts'
import { type Actor, auditAct } from './audit-open.ts'
import type { Call } from './call.ts'
import { addMember, giveInvitation, makeUser, type NewInvitation, type Writer } from './invite.ts'
import type { Services } from './services.ts'
import { uniqueName } from './unique-name.ts'

export interface NewTenant {
  readonly name: string
  readonly displayName: string
  /** With a password hash, active at once; without, invited. */
  readonly admin: {
    readonly email: string
    readonly displayName?: string | undefined
    readonly passwordHash?: string
  }
  /** Makes a throw-away tenant of a check, which ends then. */
  readonly checkUntil?: Date
}

export interface MadeTenant {
  readonly tenant: TenantFacts
  readonly adminId: UserId
  /** Null for an admin with a password. */
  readonly invitation: NewInvitation | null
}

export interface Maker {
  readonly actor: Actor
  readonly operation: string
  readonly now: Date
  readonly call: Call | null
}

/**
 * @param maker who the audit log names
 * @param alsoDo what has to happen in the same transaction, such as beginning a session
 * @throws name_taken
 */
export async function makeTenant<T = undefined>(
  services: Services,
  wanted: NewTenant,
  maker: Maker,
  alsoDo?: (tx: Tx, made: MadeTenant) => Promise<T>,
): Promise<MadeTenant & { also: T | undefined }> {
  const id = newId('tnt')
  return services.database.withTenant(id, async (tx) => {
    const made = await writeTenant(tx, services, id, wanted, maker)
    return { ...made, also: await alsoDo?.(tx, made) }
  })
}

async function writeTenant(
  tx: Tx,
  services: Services,
  id: TenantId,
  { name, displayName, admin, checkUntil }: NewTenant,
  maker: Maker,
): Promise<MadeTenant> {
  const rootAccountId = newId('acct')
  await uniqueName(name, () =>
    insertTenant(tx, { id, name, displayName, rootAccountId, checkUntil }),
  )
  await lockTenant(tx, id)
  await insertAccount(tx, {
    tenantId: id,
    id: rootAccountId,
    name: 'root',
    displayName,
    isRoot: true,
    boundary: listPermissions(allPermissions),
    settings: {},
    createdBy: systemActor,
  })
  await insertTenantKey(tx, services.vault, id)
  await writeBuiltInRoles(tx, id, rootAccountId)

  const createdBy = maker.actor.id
  const at = { tenantId: id, accountId: rootAccountId, createdBy, now: maker.now }
  const writer: Writer = { tx, services, ...at }
  const roleId = (await findBuiltInRole(tx, 'admin')).id
  const adminId = await makeUser(writer, admin)
  await addMember(writer, adminId, roleId)
  const { email } = admin
  const invitation = admin.passwordHash
    ? null
    : await giveInvitation(writer, { id: adminId, email }, { tenantName: displayName, roleId })
  await auditAct(tx, { ...maker, tenantId: id, accountId: rootAccountId }, [
    { target: { kind: 'tenant', id, name }, after: { name, displayName } },
    { target: { kind: 'user', id: adminId, name: email }, after: { role: 'admin' } },
  ])
  return { tenant: (await loadTenant(tx, id))!, adminId, invitation }
}

/**
 * Lets the built-in roles of a tenant follow this version's code; a new kind of resource is in them
 * from then on. Call it for each tenant when the server starts.
 */
export async function refreshBuiltInRoles(tx: Tx, tenantId: TenantId): Promise<boolean> {
  await lockTenant(tx, tenantId)
  const root = await findAccount(tx, 'root')
  return root !== null && writeBuiltInRoles(tx, tenantId, root.id)
}

export async function refreshEveryTenant({ database, log }: Services): Promise<void> {
  for (const tenantId of await database.withControlPlane(listTenantIds)) {
    const changed = await database.withTenant(tenantId, (tx) => refreshBuiltInRoles(tx, tenantId))
    if (changed) log.info({ tenantId }, 'built-in roles now follow this version')
  }
}
