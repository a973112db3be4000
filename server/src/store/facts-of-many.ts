/**
 * What the access rule reads, for many principals of one account at once: six queries, however many
 * they are. Tested to be what `loadFacts` loads for each of them.
 */
import {
  type AccessFacts,
  type Kind,
  type LifecycleState,
  type ObjectKey,
  type PermissionSet,
  type PrincipalId,
  type ResourceId,
  uniteGrants,
} from '@commonhold/core'
import { sql } from 'kysely'
import type { AccountRow } from './account.ts'
import type { TenantFacts } from './caller.ts'
import { type Tx, uuid } from './database.ts'
import { storedPermissions } from './facts.ts'
import { resourceIdOf } from './resource-id.ts'

/** @returns the facts of each of them, without a token; nothing for who does not exist any more */
export async function loadFactsOfMany(
  tx: Tx,
  tenant: TenantFacts,
  account: AccountRow,
  principals: readonly PrincipalId[],
  now: Date,
): Promise<Map<PrincipalId, AccessFacts>> {
  const byUuid = new Map(principals.map((id) => [uuid(id), id]))
  if (byUuid.size === 0) return new Map()
  const uuids = [...byUuid.keys()]
  const accountUuid = uuid(account.id)
  const people = await readPeople(tx, accountUuid, uuids)
  const shares = await readShares(tx, accountUuid)
  const heldBy = await readHeld(tx, accountUuid, uuids, now)
  const { id, tenantId, state, boundary } = account
  const where = { id, tenantId, rootAccountId: tenant.rootAccountId, state, boundary }
  return new Map(
    people.map((person) => {
      const principalId = byUuid.get(person.id)!
      const { state, isMember } = person
      return [
        principalId,
        {
          tenant: { id: tenant.id, state: tenant.state },
          account: where,
          principal: { id: principalId, tenantId: tenant.id, state, isMember },
          ...heldBy(person.id),
          shares,
          token: null,
        },
      ]
    }),
  )
}

async function readPeople(tx: Tx, accountUuid: string, uuids: readonly string[]) {
  const { rows } = await sql<{ id: string; state: LifecycleState; isMember: boolean }>`
    select p.id, coalesce(u.state, v.state) as state, m.principal_id is not null as is_member
    from principal p
      left join "user" u on u.id = p.id
      left join virtual_account v on v.id = p.id
      left join membership m on m.principal_id = p.id and m.account_id = ${accountUuid}
    where p.id = any (${uuids}::uuid[])`.execute(tx)
  return rows
}

async function readShares(tx: Tx, accountUuid: string) {
  const rows = await tx
    .selectFrom('share')
    .innerJoin('resource', 'resource.id', 'share.resourceId')
    .select(['share.resourceId', 'share.permissions', 'resource.kind'])
    .where('share.toAccountId', '=', accountUuid)
    .execute()
  return new Map(
    rows.map((s) => [resourceIdOf(s.kind, s.resourceId), storedPermissions(s.permissions)]),
  )
}

interface HeldGrant {
  readonly object: ObjectKey
  readonly permissions: PermissionSet
}

/** @returns what each of them holds, by their own grants and those of their teams */
async function readHeld(tx: Tx, accountUuid: string, uuids: readonly string[], now: Date) {
  const { rows: places } = await sql<{ principalId: string; teamId: string; isActive: boolean }>`
    select m.principal_id, m.team_id, t.state = 'active' as is_active
    from team_member m join team t on t.id = m.team_id
    where m.account_id = ${accountUuid} and m.principal_id = any (${uuids}::uuid[])`.execute(tx)
  const teams = [...new Set(places.map((place) => place.teamId))]
  const { rows: grants } = await sql<{
    subject: string
    objectType: string
    objectKind: string | null
    resourceId: string | null
    kind: string | null
    roleId: string
  }>`select coalesce(g.principal_id, g.team_id) as subject, g.object_type, g.object_kind,
      g.resource_id, r.kind, g.role_id
    from "grant" g left join resource r on r.id = g.resource_id
    where g.account_id = ${accountUuid} and (g.expires_at is null or g.expires_at > ${now})
      and (g.principal_id = any (${uuids}::uuid[]) or g.team_id = any (${teams}::uuid[]))`.execute(
    tx,
  )
  const roles = await rolePermissions(tx)
  const bySubject = new Map<string, HeldGrant[]>()
  for (const grant of grants) {
    const held = { object: objectKey(grant), permissions: roles.get(grant.roleId)! }
    const others = bySubject.get(grant.subject)
    if (others) others.push(held)
    else bySubject.set(grant.subject, [held])
  }
  const placesOf = Map.groupBy(places, (place) => place.principalId)
  return (principalUuid: string) => {
    const of = (active: boolean) =>
      (placesOf.get(principalUuid) ?? [])
        .filter((place) => place.isActive === active)
        .flatMap((place) => bySubject.get(place.teamId) ?? [])
    return {
      held: uniteGrants([...(bySubject.get(principalUuid) ?? []), ...of(true)]),
      heldByInactiveTeams: uniteGrants(of(false)),
    }
  }
}

/** Each role once: ten thousand grants carry a handful of them. By UUID. */
export async function rolePermissions(tx: Tx): Promise<ReadonlyMap<string, PermissionSet>> {
  const rows = await tx.selectFrom('role').select(['id', 'permissions']).execute()
  return new Map(rows.map((row) => [row.id, storedPermissions(row.permissions)]))
}

function objectKey(grant: {
  objectType: string
  objectKind: string | null
  resourceId: string | null
  kind: string | null
}): ObjectKey {
  if (grant.objectType === 'account') return 'account'
  if (grant.objectType === 'kind') return `kind:${grant.objectKind as Kind}`
  return resourceIdOf(grant.kind!, grant.resourceId!) as ResourceId
}
