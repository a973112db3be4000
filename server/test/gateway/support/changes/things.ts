/** What can be called, what it costs, and what may be spent. */
import { formatId, uuidOf } from '@commonhold/core'
import { sql } from 'kysely'
import { newUuid } from '../../../../src/crypto/new-id.ts'
import type { Tx } from '../../../../src/store/database.ts'
import { secretContext } from '../../../../src/store/secret-context.ts'
import { loadTenantKey } from '../../../../src/store/tenant-key.ts'
import { vault, type World } from '../world.ts'
import { type Change, type Choose, named, one, run } from './choose.ts'

export const changesOfThings: Record<string, Change> = {
  'provider account': async (tx, choose, world) =>
    insertResource(tx, choose, world, 'provider-account', null),
  model: async (tx, choose, world) =>
    insertResource(tx, choose, world, 'model', await one(tx, 'provider', choose)),
  'virtual model': async (tx, choose, world) =>
    insertResource(tx, choose, world, 'virtual-model', null),
  prompt: async (tx, choose, world) => insertResource(tx, choose, world, 'prompt', null),
  'new name': async (tx, choose) =>
    run(
      sql`update resource set name = ${named(choose)}, spec = ${JSON.stringify({ type: named(choose) })}
      where id = ${await one(tx, 'resource', choose)}`,
      tx,
    ),
  'names swapped': async (tx) => {
    const { rows } = await sql<{ id: string; name: string }>`select id, name from resource
      where kind = 'provider-account' and account_id = (select root_account_id from tenant) limit 2`.execute(
      tx,
    )
    const [a, b] = rows
    if (!a || !b) return
    await run(sql`update resource set name = 'between-names' where id = ${a.id}`, tx)
    await run(sql`update resource set name = ${a.name} where id = ${b.id}`, tx)
    await run(sql`update resource set name = ${b.name} where id = ${a.id}`, tx)
  },
  'no resource': async (tx, choose) =>
    run(sql`delete from resource where id = ${await one(tx, 'resource', choose)}`, tx),
  'an offer to another account': async (tx, choose, world) =>
    run(
      sql`insert into transfer
        (tenant_id, account_id, id, to_account_id, resource_id, with_secrets, created_by, expires_at)
      select ${uuidOf(world.tenantId)}, account_id, ${newUuid()}, ${await one(tx, 'anyAccount', choose)},
        id, true, 'test', now() + interval '1 day'
      from resource where id = ${await one(tx, 'resource', choose)}`,
      tx,
    ),
  'its acceptance': async (tx, choose) => {
    const id = await one(tx, 'offer', choose)
    await run(
      sql`update transfer set state = 'accepted', accepted_by = 'test', accepted_at = now(),
      accepted_in = pg_current_xact_id() where id = ${id}`,
      tx,
    )
    await run(
      sql`update resource r set account_id = t.to_account_id from transfer t
      where t.id = ${id} and t.resource_id in (r.id, r.parent_id)`,
      tx,
    )
  },
  'provider key': async (tx, choose, world) => {
    const id = await one(tx, 'provider', choose)
    const key = await loadTenantKey(tx, vault, world.tenantId)
    const sealed = key.encrypt(`key-${choose(99)}`, secretContext(formatId('pacc', id), 'apiKey'))
    await run(
      sql`insert into secret_value (tenant_id, resource_id, field, ciphertext)
      values (${uuidOf(world.tenantId)}, ${id}, 'apiKey', ${sealed})
      on conflict (tenant_id, resource_id, field) do update set ciphertext = excluded.ciphertext`,
      tx,
    )
  },
  'no provider key': async (tx, choose) =>
    run(sql`delete from secret_value where resource_id = ${await one(tx, 'provider', choose)}`, tx),
  price: async (tx, choose, world) =>
    run(
      sql`insert into price
        (tenant_id, account_id, id, resource_id, version, components, valid_from, created_by)
      select ${uuidOf(world.tenantId)}, account_id, ${newUuid()}, id,
        1 + (select count(*) from price p where p.resource_id = r.id)::int,
        ${JSON.stringify({ inputPerMillionUsd: String(choose(9)), outputPerMillionUsd: '2' })},
        now() - make_interval(secs => ${choose(3)}), 'test'
      from resource r where id = ${await one(tx, 'model', choose)}`,
      tx,
    ),
  budget: async (tx, choose, world) => {
    const [level, column, id] = await limited(tx, choose)
    await run(
      sql`insert into budget (tenant_id, account_id, id, name, display_name, level, ${column}
        amount_nanos, period, created_by)
      select ${uuidOf(world.tenantId)}, ${id.account}, ${newUuid()}, ${named(choose)}, 'x', ${level}, ${id.value}
        ${choose(1_000)}, 'month', 'test'`,
      tx,
    )
  },
  'usage limit': async (tx, choose, world) => {
    const [level, column, id] = await limited(tx, choose)
    await run(
      sql`insert into usage_limit (tenant_id, account_id, id, name, display_name, level, ${column}
        metric, amount, window_seconds, created_by)
      select ${uuidOf(world.tenantId)}, ${id.account}, ${newUuid()}, ${named(choose)}, 'x', ${level}, ${id.value}
        'requests', ${choose(1_000)}, 60, 'test'`,
      tx,
    )
  },
  'budget edit': async (tx, choose) =>
    run(
      sql`update budget set amount_nanos = ${choose(1_000)} where id = ${await one(tx, 'budget', choose)}`,
      tx,
    ),
  'no budget': async (tx, choose) =>
    run(sql`delete from budget where id = ${await one(tx, 'budget', choose)}`, tx),
  'no usage limit': async (tx, choose) =>
    run(sql`delete from usage_limit where id = ${await one(tx, 'usageLimit', choose)}`, tx),
}

async function insertResource(
  tx: Tx,
  choose: Choose,
  world: World,
  kind: string,
  parent: string | null,
) {
  const owner = parent
    ? sql`(select account_id from resource where id = ${parent})`
    : sql`${await one(tx, 'anyAccount', choose)}::uuid`
  const spec = { provider: 'sandbox', type: 'chat', targets: [{ model: 'a/b', weight: choose(5) }] }
  await run(
    sql`insert into resource
      (tenant_id, account_id, id, kind, parent_id, name, display_name, spec, created_by)
    values (${uuidOf(world.tenantId)}, ${owner}, ${newUuid()}, ${kind}, ${parent}::uuid, ${named(choose)}, 'x',
      ${JSON.stringify(spec)}, 'test')`,
    tx,
  )
}

/** What a limit is of: its level, and the column that says it. */
async function limited(tx: Tx, choose: Choose) {
  const found = await sql<{ level: string; column: string; account: string; id: string }>`
    select 'account' as level, '' as column, id as account, id from account
    union all select 'team', 'team_id', account_id, id from team
    union all select 'token', 'token_id', account_id, id from token
    union all select 'virtual-account', 'principal_id', account_id, id from virtual_account
    union all select 'model', 'resource_id', account_id, id from resource where kind = 'model'
    union all select 'share', 'share_id', to_account_id, id from share
    order by 1, 4`.execute(tx)
  const { level, column, account, id } = found.rows[choose(found.rows.length)]!
  const isAccount = column === ''
  return [
    level,
    isAccount ? sql`` : sql`${sql.ref(column)},`,
    { account, value: isAccount ? sql`` : sql`${id}::uuid,` },
  ] as const
}
