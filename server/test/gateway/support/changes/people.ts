/** Who is there, in which account and in which team. */
import { uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { newUuid } from '../../../../src/crypto/new-id.ts'
import { type Change, named, one, permissionSets, run } from './choose.ts'

export const changesOfPeople: Record<string, Change> = {
  account: (tx, choose, world) =>
    run(
      sql`insert into account (tenant_id, id, name, display_name, boundary, created_by) values
        (${uuidOf(world.tenantId)}, ${newUuid()}, ${named(choose)}, 'x', ${permissionSets[choose(4)]!}, 'test')`,
      tx,
    ),
  'virtual account': async (tx, choose, world) => {
    const id = newUuid()
    const account = await one(tx, 'anyAccount', choose)
    const tenant = uuidOf(world.tenantId)
    const team =
      choose(3) === 0 ? sql`(select id from team where account_id = ${account} limit 1)` : sql`null`
    await run(sql`insert into principal values (${tenant}, ${id}, 'virtual-account')`, tx)
    await run(
      sql`insert into membership (tenant_id, account_id, principal_id, created_by)
      values (${tenant}, ${account}, ${id}, 'test')`,
      tx,
    )
    await run(
      sql`insert into virtual_account
        (tenant_id, account_id, id, name, display_name, created_by, owner_team_id)
      values (${tenant}, ${account}, ${id}, ${named(choose)}, 'x', 'test', ${team})`,
      tx,
    )
  },
  membership: async (tx, choose, world) =>
    run(
      sql`insert into membership (tenant_id, account_id, principal_id, created_by) values
      (${uuidOf(world.tenantId)}, ${await one(tx, 'anyAccount', choose)}, ${await one(tx, 'user', choose)}, 'test')`,
      tx,
    ),
  'no membership': async (tx, choose) =>
    run(
      sql`delete from membership where principal_id = ${await one(tx, 'principal', choose)}
      and account_id = ${await one(tx, 'anyAccount', choose)}`,
      tx,
    ),
  'user state': async (tx, choose) =>
    run(
      sql`update "user" set state = ${['active', 'deactivated', 'invited'][choose(3)]!},
      email = ${`${newUuid()}@example.com`} where id = ${await one(tx, 'user', choose)}`,
      tx,
    ),
  'virtual account state': async (tx, choose) =>
    run(
      sql`update virtual_account set state = ${['active', 'suspended'][choose(2)]!}
      where id = ${await one(tx, 'virtualAccount', choose)}`,
      tx,
    ),
  'no principal': async (tx, choose) =>
    run(sql`delete from principal where id = ${await one(tx, 'principal', choose)}`, tx),
  team: async (tx, choose, world) =>
    run(
      sql`insert into team (tenant_id, account_id, id, name, display_name, created_by) values
      (${uuidOf(world.tenantId)}, ${await one(tx, 'anyAccount', choose)}, ${newUuid()}, ${named(choose)}, 'x', 'test')`,
      tx,
    ),
  'team state': async (tx, choose) =>
    run(
      sql`update team set state = ${['active', 'suspended'][choose(2)]!}, name = ${named(choose)}
      where id = ${await one(tx, 'team', choose)}`,
      tx,
    ),
  'team member': async (tx, choose, world) =>
    run(
      sql`insert into team_member (tenant_id, account_id, team_id, principal_id, created_by)
      select ${uuidOf(world.tenantId)}, account_id, id, ${await one(tx, 'principal', choose)}, 'test'
      from team where id = ${await one(tx, 'team', choose)}`,
      tx,
    ),
  'no team member': async (tx, choose) =>
    run(
      sql`delete from team_member where team_id = ${await one(tx, 'team', choose)}
      and principal_id = ${await one(tx, 'principal', choose)}`,
      tx,
    ),
  'no team': async (tx, choose) =>
    run(sql`delete from team where id = ${await one(tx, 'team', choose)}`, tx),
  boundary: async (tx, choose) =>
    run(
      sql`update account set boundary = ${permissionSets[choose(4)]!},
      state = ${['active', 'active', 'suspended'][choose(3)]!}
      where id = ${await one(tx, 'anyAccount', choose)}`,
      tx,
    ),
  'no account': async (tx, choose) =>
    run(sql`delete from account where id = ${await one(tx, 'account', choose)}`, tx),
  tenant: async (tx, choose, world) =>
    run(
      sql`update tenant set state = ${['active', 'suspended'][choose(2)]!}
      where id = ${uuidOf(world.tenantId)}`,
      tx,
    ),
}
