/**
 * Virtual accounts: principals for code. Suspending, resuming or deleting one gives or takes away
 * all that it may do, so its power is needed for that; a new name, or a team that answers for it,
 * changes nobody's power (docs/decisions/0011-a-team-answers-for-a-virtual-account.md).
 */
import { virtualAccount as contract } from '@commonhold/contract'
import { isId } from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import { countGrantsTo } from '../store/grant.ts'
import { insertTeamMember, type TeamRow } from '../store/team.ts'
import { countTokens } from '../store/token.ts'
import {
  activeCreators,
  deleteVirtualAccount,
  findVirtualAccount,
  insertVirtualAccount,
  listVirtualAccounts,
  updateVirtualAccount,
  type VirtualAccountRow,
} from '../store/virtual-account.ts'
import { type Context, implement } from './context.ts'
import { requireHoldsGrantsOf, requirePowerOf } from './held-power.ts'
import { listAnswer, pageRequest } from './list.ts'
import { objectOf } from './present.ts'
import { notFound } from './resolve.ts'
import { resolveTeam } from './team.ts'
import { uniqueName } from './unique-name.ts'

type Here = Pick<Context, 'tx' | 'account'>

/** @throws not_found */
export async function resolveVirtualAccount(
  { tx, account }: Here,
  reference: string,
): Promise<VirtualAccountRow> {
  const row = await findVirtualAccount(tx, account.id, reference)
  if (row === null) throw notFound('virtual account')
  return row
}

function present(account: Context['account'], row: VirtualAccountRow, active: ReadonlySet<string>) {
  // What the deployment itself made has no creator who could leave.
  const hasCreator = isId(row.createdBy, 'user', 'va')
  return {
    ...objectOf('virtual-account', account.id, row),
    state: row.state,
    creatorActive: !hasCreator || active.has(row.createdBy),
    ownerTeam: row.ownerTeam,
    formerOwnerTeam: row.formerOwnerTeam,
  }
}

async function presentOne({ tx, account }: Here, row: VirtualAccountRow) {
  return present(account, row, await activeCreators(tx, account.id, [row.createdBy]))
}

const targetOf = (row: VirtualAccountRow) => ({
  kind: 'virtual-account',
  id: row.id,
  name: row.name,
})

const create = implement(contract.create, async (c) => {
  const { name, displayName = name } = c.body
  const teams = new Map<string, TeamRow>()
  for (const reference of c.body.teams ?? []) {
    const team = await resolveTeam(c, reference)
    await requireHoldsGrantsOf(c, team.id)
    teams.set(team.id, team)
  }
  const owner = c.body.ownerTeam === undefined ? null : await resolveTeam(c, c.body.ownerTeam)
  const id = newId('va')

  // Point of no failure, but for a taken name.
  const by = { tenantId: c.tenantId, accountId: c.account.id, createdBy: c.caller.principal.id }
  const made = { ...by, id, name, displayName, ownerTeamId: owner?.id ?? null }
  await uniqueName(name, () => insertVirtualAccount(c.tx, made))
  for (const team of teams.values()) {
    await insertTeamMember(c.tx, { ...by, teamId: team.id, principalId: id })
  }
  const row = await resolveVirtualAccount(c, id)
  c.audit({
    target: targetOf(row),
    after: {
      name,
      displayName,
      teams: [...teams.values()].map((team) => team.name),
      ownerTeam: owner?.name ?? null,
    },
  })
  return presentOne(c, row)
})

const list = implement(contract.list, async (c) => {
  const { ownerTeam } = pageRequest(c).filter
  const owner = ownerTeam === undefined ? null : (await resolveTeam(c, ownerTeam)).id
  const page = await listVirtualAccounts(c.tx, c.account.id, owner, pageRequest(c))
  const creators = page.rows.map((row) => row.createdBy)
  const active = await activeCreators(c.tx, c.account.id, creators)
  return listAnswer(c, page, (row) => present(c.account, row, active))
})

const get = implement(contract.get, async (c) =>
  presentOne(c, await resolveVirtualAccount(c, c.params['virtual-account'])),
)

const update = implement(contract.update, async (c) => {
  const before = await resolveVirtualAccount(c, c.params['virtual-account'])
  c.checkRevision(before.revision)
  const { ownerTeam, ...named } = c.body
  const { state } = named
  const owner = ownerTeam ? await resolveTeam(c, ownerTeam) : null
  if (state !== undefined && state !== before.state) {
    await requirePowerOf(c, before.id)
    await c.touches({ accounts: [c.account.id], who: { principals: [before.id] } })
  }
  if (state === 'suspended' && before.state === 'active') {
    c.loses({
      what: 'virtual-account',
      id: before.id,
      sentence: `Every token of ${before.name} stops working until it is resumed.`,
    })
  }

  const changes = ownerTeam === undefined ? named : { ...named, ownerTeamId: owner?.id ?? null }
  await uniqueName(named.name ?? before.name, () => updateVirtualAccount(c.tx, before.id, changes))
  const row = await resolveVirtualAccount(c, before.id)
  c.audit({
    target: targetOf(row),
    before: {
      name: before.name,
      displayName: before.displayName,
      state: before.state,
      ...(ownerTeam === undefined ? {} : { ownerTeam: before.ownerTeam?.name ?? null }),
    },
    after: { ...named, ...(ownerTeam === undefined ? {} : { ownerTeam: owner?.name ?? null }) },
  })
  return presentOne(c, row)
})

const remove = implement(contract.delete, async (c) => {
  const row = await resolveVirtualAccount(c, c.params['virtual-account'])
  c.checkRevision(row.revision)
  await requirePowerOf(c, row.id)
  await c.touches({ accounts: [c.account.id], who: { principals: [row.id] } })
  const tokens = await countTokens(c.tx, c.account.id, row.id)
  const grants = await countGrantsTo(c.tx, c.account.id, row.id)
  c.loses({
    what: 'virtual-account',
    id: row.id,
    sentence: `${row.name} goes, with its tokens (${tokens}) and grants (${grants}).`,
  })

  await deleteVirtualAccount(c.tx, row.id)
  c.audit({ target: targetOf(row), before: { name: row.name, tokens, grants } })
})

export const virtualAccountImplementations = [create, list, get, update, remove]
