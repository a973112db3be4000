/** What gives power and what takes it: tokens, roles, grants and shares. */
import { uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { newUuid } from '../../../../src/crypto/new-id.ts'
import type { Tx } from '../../../../src/store/database.ts'
import type { World } from '../world.ts'
import { type Change, type Choose, expiry, named, one, permissionSets, run } from './choose.ts'

export const changesOfAccess: Record<string, Change> = {
  token: async (tx, choose, world) => {
    const [tenant, id] = [uuidOf(world.tenantId), newUuid()]
    const principal = await one(tx, 'principal', choose)
    const scopes = choose(2) ? permissionSets[choose(4)]! : null
    const ranges = choose(3) ? null : ['10.0.0.0/8']
    await run(
      sql`insert into token
        (tenant_id, account_id, id, principal_id, name, display_name, created_by, scopes, ip_allowlist, expires_at)
      select ${tenant}, account_id, ${id}, ${principal}, ${named(choose)}, 'x', 'test', ${scopes}::text[],
        ${ranges}::cidr[], ${expiry(choose)}::timestamptz
      from membership where principal_id = ${principal} order by account_id limit 1`,
      tx,
    )
    await run(
      sql`insert into credential (tenant_id, hash, pepper_id, token_id)
      values (${tenant}, sha256(${id}::text::bytea), 'p', ${id})`,
      tx,
    )
  },
  rotation: async (tx, choose, world) =>
    run(
      sql`insert into credential (tenant_id, hash, pepper_id, token_id, expires_at)
      values (${uuidOf(world.tenantId)}, sha256(${newUuid()}::text::bytea), 'p',
        ${await one(tx, 'token', choose)}, ${expiry(choose)}::timestamptz)`,
      tx,
    ),
  'no credential': async (tx, choose) =>
    run(sql`delete from credential where token_id = ${await one(tx, 'token', choose)}`, tx),
  'token edit': async (tx, choose) =>
    run(
      sql`update token set scopes = ${choose(2) ? permissionSets[choose(4)]! : null}::text[],
      state = ${['active', 'active', 'deleted'][choose(3)]!} where id = ${await one(tx, 'token', choose)}`,
      tx,
    ),
  'no token': async (tx, choose) =>
    run(sql`delete from token where id = ${await one(tx, 'token', choose)}`, tx),
  'sign-in': async (tx, choose, world) => {
    const [tenant, id] = [uuidOf(world.tenantId), newUuid()]
    await run(
      sql`insert into session (tenant_id, id, user_id, expires_at)
      values (${tenant}, ${id}, ${await one(tx, 'user', choose)}, now() + interval '1 day')`,
      tx,
    )
    await run(
      sql`insert into credential (tenant_id, hash, pepper_id, session_id)
      values (${tenant}, sha256(${id}::text::bytea), 'p', ${id})`,
      tx,
    )
  },
  role: async (tx, choose, world) =>
    run(
      sql`insert into role (tenant_id, account_id, id, name, display_name, permissions, created_by) values
      (${uuidOf(world.tenantId)}, ${await one(tx, 'anyAccount', choose)}, ${newUuid()}, ${named(choose)}, 'x',
      ${permissionSets[choose(4)]!}, 'test')`,
      tx,
    ),
  'role edit': async (tx, choose) =>
    run(
      sql`update role set permissions = ${permissionSets[choose(4)]!} where id = ${await one(tx, 'role', choose)}`,
      tx,
    ),
  'no role': async (tx, choose) =>
    run(sql`delete from role where id = ${await one(tx, 'role', choose)}`, tx),
  grant,
  'another grant': grant,
  'expiry of a grant': async (tx, choose) =>
    run(
      sql`update "grant" set expires_at = ${expiry(choose)}::timestamptz
      where id = ${await one(tx, 'grant', choose)}`,
      tx,
    ),
  'no grant': async (tx, choose) =>
    run(sql`delete from "grant" where id = ${await one(tx, 'grant', choose)}`, tx),
  share: async (tx, choose, world) =>
    run(
      sql`insert into share
        (tenant_id, root_account_id, id, resource_id, to_account_id, permissions, markup_ppm, created_by)
      values (${uuidOf(world.tenantId)}, ${uuidOf(world.rootId)}, ${newUuid()},
        ${await one(tx, 'shareable', choose)}, ${await one(tx, 'account', choose)}, ${permissionSets[choose(4)]!},
        ${choose(3) * 1_000}, 'test')`,
      tx,
    ),
  'share edit': async (tx, choose) =>
    run(
      sql`update share set permissions = ${permissionSets[choose(4)]!}, markup_ppm = ${choose(9)}
      where id = ${await one(tx, 'share', choose)}`,
      tx,
    ),
  'no share': async (tx, choose) =>
    run(sql`delete from share where id = ${await one(tx, 'share', choose)}`, tx),
}

/** To a principal or a team, on the account, a kind, something of its own or something shared to it. */
async function grant(tx: Tx, choose: Choose, world: World): Promise<void> {
  const isTeam = choose(2) === 0
  const subject = isTeam ? await one(tx, 'team', choose) : await one(tx, 'principal', choose)
  const { rows } = await sql<{ account: string }>`select account_id as account from
    ${isTeam ? sql`team where id` : sql`membership where principal_id`} = ${subject}`.execute(tx)
  if (rows.length === 0) return
  const { account } = rows[choose(rows.length)]!
  const type = (['account', 'kind', 'resource', 'resource'] as const)[choose(4)]!
  const reachable = await sql<{ id: string; via: string | null }>`
    select id, null as via from resource where account_id = ${account}
    union all select r.id, s.resource_id from share s join resource r
      on s.resource_id in (r.id, r.parent_id) where s.to_account_id = ${account} order by 1, 2`.execute(
    tx,
  )
  const object = reachable.rows[choose(reachable.rows.length || 1)]
  if (type === 'resource' && !object) return
  const isResource = type === 'resource'
  await run(
    sql`insert into "grant" (tenant_id, account_id, id, principal_id, team_id, object_type, object_kind,
      resource_id, via_resource_id, role_id, expires_at, created_by)
    values (${uuidOf(world.tenantId)}, ${account}, ${newUuid()}, ${isTeam ? null : subject}::uuid,
      ${isTeam ? subject : null}::uuid, ${type}, ${type === 'account' ? null : 'model'},
      ${isResource ? object!.id : null}::uuid, ${isResource ? object!.via : null}::uuid,
      ${await one(tx, 'role', choose)}, ${expiry(choose)}::timestamptz, 'test')`,
    tx,
  )
}
