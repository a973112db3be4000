/**
 * What the access rule reads, for many principals of one account at once: a handful of queries,
 * however many they are. Tested to be what `loadFacts` loads for each of them, and like it ties rows
 * together once more where they are read.
 */
import {
  type AccessFacts,
  type Held,
  type LifecycleState,
  type ObjectKey,
  type PermissionSet,
  type PrincipalId,
  uniteGrants,
} from '@commonhold/core'
import { sql } from 'kysely'
import type { AccountRow } from './account.ts'
import type { TenantFacts } from './caller.ts'
import { type Tx, uuid } from './database.ts'
import { objectKey, storedPermissions } from './facts.ts'
import { resourceIdOf } from './resource-id.ts'

/** Where, by UUID. */
interface Place {
  readonly account: string
  readonly root: string
}

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
  const place = { account: uuid(account.id), root: uuid(tenant.rootAccountId) }
  const people = await readPeople(tx, place, uuids)
  const shares = await readShares(tx, place)
  const heldBy = await readHeld(tx, place, uuids, now)
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

async function readPeople(tx: Tx, { account }: Place, uuids: readonly string[]) {
  const { rows } = await sql<{ id: string; state: LifecycleState; isMember: boolean }>`
    select p.id, coalesce(u.state, v.state) as state,
      m.principal_id is not null and (v.id is null or v.account_id = ${account}) as is_member
    from principal p
      left join "user" u on u.id = p.id
      left join virtual_account v on v.id = p.id
      left join membership m on m.principal_id = p.id and m.account_id = ${account}
    where p.id = any (${uuids}::uuid[])`.execute(tx)
  return rows
}

async function readShares(tx: Tx, { account, root }: Place) {
  const rows = await tx
    .selectFrom('share')
    .innerJoin('resource', 'resource.id', 'share.resourceId')
    .select(['share.resourceId', 'share.permissions', 'resource.kind'])
    .where('share.toAccountId', '=', account)
    .where('share.rootAccountId', '=', root)
    .whereRef('resource.accountId', '=', 'share.rootAccountId')
    .execute()
  return new Map(
    rows.map((s) => [resourceIdOf(s.kind, s.resourceId), storedPermissions(s.permissions)]),
  )
}

interface GrantOf {
  readonly subject: string
  readonly objectType: string
  readonly objectKind: string | null
  readonly resourceId: string | null
  readonly kind: string | null
  readonly roleId: string
}

/** @returns what each of them holds, by their own grants and those of their teams */
async function readHeld(tx: Tx, place: Place, uuids: readonly string[], now: Date) {
  const { account } = place
  const { rows: places } = await sql<{ principalId: string; teamId: string; isActive: boolean }>`
    select m.principal_id, m.team_id, t.state = 'active' as is_active
    from team_member m join team t on t.id = m.team_id
    where m.account_id = ${account} and t.account_id = ${account}
      and m.principal_id = any (${uuids}::uuid[])`.execute(tx)
  const teams = [...new Set(places.map(({ teamId }) => teamId))]
  const { rows: grants } = await sql<GrantOf>`
    select coalesce(g.principal_id, g.team_id) as subject, g.object_type, g.object_kind,
      g.resource_id, r.kind, g.role_id
    from "grant" g left join resource r on r.id = g.resource_id
    where g.account_id = ${account} and (g.expires_at is null or g.expires_at > ${now})
      and (g.principal_id = any (${uuids}::uuid[]) or g.team_id = any (${teams}::uuid[]))`.execute(
    tx,
  )
  const bySubject = unitedBySubject(grants, await rolePermissions(tx, place))
  const placesOf = Map.groupBy(places, ({ principalId }) => principalId)
  return (principal: string): Pick<AccessFacts, 'held' | 'heldByInactiveTeams'> => {
    const ofTeams = (active: boolean) =>
      (placesOf.get(principal) ?? [])
        .filter(({ isActive }) => isActive === active)
        .map(({ teamId }) => teamId)
    const held = (subjects: readonly string[]) =>
      uniteGrants(subjects.flatMap((subject) => grantsOf(bySubject.get(subject))))
    return { held: held([principal, ...ofTeams(true)]), heldByInactiveTeams: held(ofTeams(false)) }
  }
}

/** Each team's grants are united once, whoever is in it. */
function unitedBySubject(
  grants: readonly GrantOf[],
  roles: ReadonlyMap<string, PermissionSet>,
): ReadonlyMap<string, Held> {
  const bySubject = Map.groupBy(grants, ({ subject }) => subject)
  return new Map(
    [...bySubject].map(([subject, of]) => {
      const known = of.filter(({ roleId }) => roles.has(roleId))
      const united = uniteGrants(
        known.map(({ objectType, objectKind, resourceId, kind, roleId }) => ({
          object: objectKey(objectType, objectKind, resourceId, kind),
          permissions: roles.get(roleId)!,
        })),
      )
      return [subject, united]
    }),
  )
}

function grantsOf(held: Held | undefined): { object: ObjectKey; permissions: PermissionSet }[] {
  if (!held) return []
  const on = [...held.on].map(([object, permissions]) => ({ object, permissions }))
  return [{ object: 'account', permissions: held.everywhere }, ...on]
}

/**
 * The roles that the account may grant, by UUID: its own, and root's. Each once, because ten thousand
 * grants carry a handful of them.
 */
export async function rolePermissions(
  tx: Tx,
  { account, root }: Place,
): Promise<ReadonlyMap<string, PermissionSet>> {
  const rows = await tx
    .selectFrom('role')
    .select(['id', 'permissions'])
    .where('accountId', 'in', [account, root])
    .execute()
  return new Map(rows.map((row) => [row.id, storedPermissions(row.permissions)]))
}
