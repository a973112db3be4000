/**
 * Rows as the world that the rule is read over: straight from the tables, past every wall, in the
 * words of 1-domain.md. Where a row is not what it says (a team of another account, a role of another
 * account, a share that is not root's), it is none.
 */
import { isPermission, type Permission } from '@commonhold/core'
import type { Client } from 'pg'
import type { World } from '../../../core/test/support/naive-access.ts'

export async function readNaively(client: Client, tenants: readonly string[]): Promise<World> {
  const list = async <T>(sql: string): Promise<T[]> =>
    (await client.query(sql, [tenants])).rows as T[]
  const teamRows = await list<{ id: string; account: string; state: string }>(
    `select id, account_id as account, state from team where tenant_id = any($1)`,
  )
  const places = await list<{ team: string; account: string; principal: string }>(
    `select team_id as team, account_id as account, principal_id as principal
      from team_member where tenant_id = any($1)`,
  )
  const shares = await list<{ resource: string; to: string; most: string[] }>(
    `select s.resource_id as resource, s.to_account_id as to, s.permissions as most
      from share s join resource r on r.id = s.resource_id and r.account_id = s.root_account_id
      join tenant t on t.id = s.tenant_id and t.root_account_id = s.root_account_id
      where s.tenant_id = any($1)`,
  )
  const grants = await list<World['grants'][number] & { role: string[] }>(
    `select g.account_id as account, coalesce(g.team_id, g.principal_id)::text as subject,
        case g.object_type when 'account' then 'account' when 'kind' then 'kind:' || g.object_kind
          else g.resource_id::text end as object,
        r.permissions as role
      from "grant" g join role r on r.tenant_id = g.tenant_id and r.id = g.role_id
      join tenant t on t.id = g.tenant_id
      where g.tenant_id = any($1) and r.account_id in (g.account_id, t.root_account_id)
        and (g.expires_at is null or g.expires_at > now())`,
  )
  return {
    tenants: await list(`select id, state, root_account_id as root from tenant where id = any($1)`),
    accounts: (
      await list<World['accounts'][number]>(
        `select id, tenant_id as tenant, state, boundary from account where tenant_id = any($1)`,
      )
    ).map((account) => ({ ...account, boundary: known(account.boundary) })),
    principals: await list(
      `select p.id, p.tenant_id as tenant, coalesce(u.state, v.state, 'none') as state,
          v.account_id as home
        from principal p
        left join "user" u on u.tenant_id = p.tenant_id and u.id = p.id
        left join virtual_account v on v.tenant_id = p.tenant_id and v.id = p.id
        where p.tenant_id = any($1)`,
    ),
    memberships: await list(
      `select principal_id as principal, account_id as account
        from membership where tenant_id = any($1)`,
    ),
    teams: teamRows.map((team) => ({
      ...team,
      members: places
        .filter((place) => place.team === team.id && place.account === team.account)
        .map((place) => place.principal),
    })),
    resources: await list(
      `select r.id, r.kind, r.tenant_id as tenant, r.account_id as owner, p.id as parent
        from resource r left join resource p on p.tenant_id = r.tenant_id and p.id = r.parent_id
          and (p.kind, r.kind) in (('cluster', 'workspace'), ('provider-account', 'model'),
            ('secret-group', 'secret'))
        where r.tenant_id = any($1)`,
    ),
    shares: shares.map((share) => ({ ...share, most: known(share.most) })),
    grants: grants.map((grant) => ({ ...grant, role: known(grant.role) })),
  }
}

/** What is no permission gives none. */
function known(stored: readonly (string | null)[] | null): Permission[] {
  return (stored ?? []).filter((one) => one !== null && isPermission(one)) as Permission[]
}
