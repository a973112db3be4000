/** Teams. Being put into one is being given what it is granted, so the write rule holds here too. */
import { team as contract, teamMember } from '@commonhold/contract'
import { newId } from '../crypto/new-id.ts'
import {
  deleteTeam,
  deleteTeamMember,
  findTeam,
  insertTeam,
  insertTeamMember,
  listTeamMembers,
  listTeams,
  type TeamRow,
  updateTeam,
} from '../store/team.ts'
import { ownedByTeam } from '../store/virtual-account.ts'
import { type Context, implement } from './context.ts'
import { requireHoldsGrantsOf } from './held-power.ts'
import { assertAdminStays } from './last-admin.ts'
import { listAnswer, pageRequest } from './list.ts'
import { resolveMember } from './member.ts'
import { objectOf } from './present.ts'
import { notFound } from './resolve.ts'
import { uniqueName } from './unique-name.ts'

type Here = Pick<Context, 'tx' | 'account'>

/** @throws not_found */
export async function resolveTeam({ tx, account }: Here, reference: string): Promise<TeamRow> {
  const row = await findTeam(tx, account.id, reference)
  if (row === null) throw notFound('team')
  return row
}

function present({ account }: Pick<Context, 'account'>, row: TeamRow) {
  return { ...objectOf('team', account.id, row), state: row.state, members: row.members }
}

const targetOf = (row: TeamRow) => ({ kind: 'team', id: row.id, name: row.name })

const create = implement(contract.create, async (c) => {
  const { name, displayName = name, members = [] } = c.body
  const principals = []
  for (const reference of members) principals.push(await resolveMember(c, reference))
  const id = newId('team')

  // Point of no failure, but for a taken name.
  const by = { tenantId: c.tenantId, accountId: c.account.id, createdBy: c.caller.principal.id }
  await uniqueName(name, () => insertTeam(c.tx, { ...by, id, name, displayName }))
  for (const principal of principals) {
    await insertTeamMember(c.tx, { ...by, teamId: id, principalId: principal.id })
  }
  const row = await resolveTeam(c, id)
  c.audit({
    target: targetOf(row),
    after: { name, displayName, members: principals.map((p) => p.name) },
  })
  return present(c, row)
})

const list = implement(contract.list, async (c) =>
  listAnswer(c, await listTeams(c.tx, c.account.id, pageRequest(c)), (row) => present(c, row)),
)

const get = implement(contract.get, async (c) => present(c, await resolveTeam(c, c.params.team)))

const update = implement(contract.update, async (c) => {
  const before = await resolveTeam(c, c.params.team)
  c.checkRevision(before.revision)
  // Suspending a team takes away what it carries; resuming it hands that out.
  if (c.body.state && c.body.state !== before.state) await requireHoldsGrantsOf(c, before.id)
  if (c.body.state === 'suspended') await assertAdminStays(c, { team: before.id })
  if (c.body.state) await c.touches({ accounts: [c.account.id], who: { team: before.id } })

  await uniqueName(c.body.name ?? before.name, () => updateTeam(c.tx, before.id, c.body))
  const row = await resolveTeam(c, before.id)
  c.audit({
    target: targetOf(row),
    before: { name: before.name, displayName: before.displayName, state: before.state },
    after: { ...c.body },
  })
  return present(c, row)
})

const remove = implement(contract.delete, async (c) => {
  const row = await resolveTeam(c, c.params.team)
  c.checkRevision(row.revision)
  await requireHoldsGrantsOf(c, row.id)
  await assertAdminStays(c, { team: row.id })
  await c.touches({ accounts: [c.account.id], who: { team: row.id } })
  const orphans = await ownedByTeam(c.tx, c.account.id, row.id)
  for (const { id, name } of orphans) {
    const sentence = `The virtual account ${name} goes on, and nobody answers for it any more.`
    c.loses({ what: 'virtual-account', id, sentence })
  }

  await deleteTeam(c.tx, row.id)
  const ownerOf = orphans.map(({ name }) => name)
  c.audit({ target: targetOf(row), before: { name: row.name, members: row.members, ownerOf } })
})

const listMembers = implement(teamMember.list, async (c) => {
  const { id } = await resolveTeam(c, c.params.team)
  return listAnswer(c, await listTeamMembers(c.tx, id, pageRequest(c)), (row) => ({
    id: row.id,
    kind: row.kind as 'user' | 'virtual-account',
    name: row.name,
    displayName: row.displayName,
    addedAt: row.createdAt.toISOString(),
    addedBy: row.createdBy,
  }))
})

const addMember = implement(teamMember.add, async (c) => {
  const row = await resolveTeam(c, c.params.team)
  const member = await resolveMember(c, c.body.member)
  await requireHoldsGrantsOf(c, row.id)
  await c.touches({ accounts: [c.account.id], who: { principals: [member.id] } })

  await insertTeamMember(c.tx, {
    tenantId: c.tenantId,
    accountId: c.account.id,
    teamId: row.id,
    principalId: member.id,
    createdBy: c.caller.principal.id,
  })
  c.audit({ target: targetOf(row), after: { addedMember: member.name } })
  return {
    id: member.id,
    kind: member.kind,
    name: member.name,
    displayName: member.displayName,
    addedAt: c.now.toISOString(),
    addedBy: c.caller.principal.id,
  }
})

const removeMember = implement(teamMember.remove, async (c) => {
  const row = await resolveTeam(c, c.params.team)
  const member = await resolveMember(c, c.params.member)
  await requireHoldsGrantsOf(c, row.id)
  await assertAdminStays(c, { member: { team: row.id, principal: member.id } })
  await c.touches({ accounts: [c.account.id], who: { principals: [member.id] } })

  if (!(await deleteTeamMember(c.tx, row.id, member.id))) throw notFound('member of this team')
  c.audit({ target: targetOf(row), before: { removedMember: member.name } })
})

export const teamImplementations = [
  create,
  list,
  get,
  update,
  remove,
  listMembers,
  addMember,
  removeMember,
]
