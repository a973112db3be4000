/**
 * Changing hands: what must not be stored about transfers and about who answers for a virtual
 * account. Offers and acceptances are rows; the resource itself moves only between the two accounts
 * that they name, in the transaction that accepts, with all that is in it and nothing that hangs on it.
 */
import type { Attempt } from './kernel-attempts.ts'
import { acceptOffer, grant, move, offer } from './kernel-world.ts'

const foreignKey = /violates foreign key constraint/
const check = /violates check constraint/
const immutable = /can't change/
const onlyByTransfer = /can't change but by a transfer/
const once = /offered, then accepted once/

const limit = `insert into usage_limit (tenant_id, account_id, id, name, display_name, level,
    resource_id, metric, amount, window_seconds, created_by)
  values (:acme, :acme_research, :new, 'new', 'new', 'model', :model_moving, 'requests', 1, 1, 'x');`
const all = ['provider_moving', 'model_moving']
const owner = (at: string, robot: string, team: string) =>
  `update virtual_account set owner_team_id = :${team} where account_id = :acme_${at} and id = :${robot}`

export const transferAttempts: Attempt[] = [
  {
    tries: 'moving a resource on an offer that nobody has accepted',
    sql: move('sales', ...all),
    refusal: onlyByTransfer,
  },
  {
    tries: 'moving it to another account than the one it was offered to',
    sql: acceptOffer('offer') + move('root', ...all),
    refusal: onlyByTransfer,
  },
  {
    tries: 'moving something else on the same acceptance',
    sql: acceptOffer('offer') + move('sales', 'cluster_research'),
    refusal: onlyByTransfer,
  },
  {
    tries: 'moving a resource that grants are on',
    sql:
      grant({ team: 'team_research', resource: 'provider_moving' }) +
      `;${acceptOffer('offer')}${move('sales', ...all)}`,
    refusal: foreignKey,
  },
  {
    tries: 'moving a resource whose child grants are on',
    sql:
      grant({ principal: 'robot', resource: 'model_moving' }) +
      `;${acceptOffer('offer')}${move('sales', ...all)}`,
    refusal: foreignKey,
  },
  {
    tries: 'moving a resource that a usage limit is on',
    sql: limit + acceptOffer('offer') + move('sales', ...all),
    refusal: /hangs on the resource/,
  },
  {
    tries: 'moving a resource that is shared',
    sql: acceptOffer('offer_shared') + move('research', 'cluster', 'workspace'),
    refusal: foreignKey,
  },
  {
    tries: 'moving a cluster from under another account’s workspace',
    sql: `delete from share where resource_id = :cluster;${acceptOffer('offer_shared')}${move('research', 'cluster', 'workspace')}`,
    refusal: /belongs to another account/,
  },
  {
    tries: 'moving only the child',
    sql: acceptOffer('offer') + move('sales', 'model_moving'),
    refusal: /parent belongs to another account/,
  },
  {
    tries: 'moving only the parent',
    sql: acceptOffer('offer') + move('sales', 'provider_moving'),
    refusal: /belongs to another account/,
  },
  {
    tries: 'moving the child with a new parent',
    sql: `${acceptOffer('offer')}update resource set account_id = :acme_sales, parent_id = :provider_sales where id = :model_moving`,
    refusal: immutable,
  },
  {
    tries: 'moving a resource into another tenant',
    sql: `${acceptOffer('offer')}update resource set account_id = :globex_root where id in (:provider_moving, :model_moving)`,
    refusal: onlyByTransfer,
  },
  {
    tries: 'moving once more on an acceptance of before',
    sql: move('research', 'prompt_moved'),
    refusal: onlyByTransfer,
  },
  {
    tries: 'accepting a second time',
    sql: acceptOffer('offer_moved'),
    refusal: once,
  },
  {
    tries: 'opening an accepted transfer again',
    sql: `update transfer set state = 'offered', accepted_by = null, accepted_at = null, accepted_in = null where id = :offer_moved`,
    refusal: once,
  },
  { tries: 'accepting what has expired', sql: acceptOffer('offer_late'), refusal: once },
  {
    tries: 'accepting with the secrets that were not offered',
    sql: acceptOffer('offer', ', with_secrets = true'),
    refusal: once,
  },
  {
    tries: 'accepting in the name of another transaction',
    sql: acceptOffer('offer').replace('= pg_current_xact_id()', `= '3'`),
    refusal: once,
  },
  {
    tries: 'offering and accepting in one transaction',
    sql: offer('new', 'sales', 'cluster_sales', 'research') + acceptOffer('new'),
    refusal: check,
  },
  {
    tries: 'an offer that begins accepted',
    sql: offer('new', 'sales', 'cluster_sales', 'research')
      .replace('with_secrets,', 'with_secrets, state,')
      .replace('false,', `false, 'accepted',`),
    refusal: once,
  },
  {
    tries: 'turning an offer to another account',
    sql: acceptOffer('offer', ', to_account_id = :acme_root'),
    refusal: immutable,
  },
  {
    tries: 'turning an offer to another resource',
    sql: acceptOffer('offer', ', resource_id = :cluster_research'),
    refusal: immutable,
  },
  {
    tries: 'offering what another account owns',
    sql: offer('new', 'research', 'cluster_sales', 'root'),
    refusal: foreignKey,
  },
  {
    tries: 'offering what root shares',
    sql: offer('new', 'research', 'shared', 'sales'),
    refusal: foreignKey,
  },
  {
    tries: 'offering to another tenant',
    sql: offer('new', 'sales', 'cluster_sales', 'root').replace(':acme_root', ':globex_root'),
    refusal: foreignKey,
  },
  {
    tries: 'offering another tenant’s resource',
    sql: offer('new', 'root', 'cluster_globex', 'sales'),
    refusal: foreignKey,
  },
  {
    tries: 'offering to oneself',
    sql: offer('new', 'sales', 'cluster_sales', 'sales'),
    refusal: check,
  },
  {
    tries: 'offering the same twice',
    sql: offer('new', 'research', 'provider_moving', 'root'),
    refusal: /unique/,
  },
  {
    tries: 'a virtual account that another account’s team answers for',
    sql: owner('research', 'robot', 'team_sales'),
    refusal: foreignKey,
  },
  {
    tries: 'a virtual account that another tenant’s team answers for',
    sql: owner('research', 'robot', 'team_globex'),
    refusal: foreignKey,
  },
  {
    tries: 'a virtual account with an owner and a lost one',
    sql: `update virtual_account set owner_team_id = :team_research, former_owner_team = 'x' where id = :robot`,
    refusal: check,
  },
]
