/**
 * A person in an account, with everything that can be lost: a session, a token, a place in a team, a
 * grant, a virtual account that she made; and the questions whether each of them is alive.
 */
import {
  type AccountId,
  accountTarget,
  decide,
  permissionBit,
  permissions,
  type TenantId,
} from '@commonhold/core'
import { findAccount } from '../../../src/store/account.ts'
import { loadPrincipal, loadTenant } from '../../../src/store/caller.ts'
import { uuid } from '../../../src/store/database.ts'
import { loadFacts } from '../../../src/store/facts.ts'
import { resourceIdOf } from '../../../src/store/resource-id.ts'
import { chat } from '../../gateway/support/stack.ts'
import type { Control, Read, SignedIn, TestTenant } from './control.ts'
import { newAccount, newMember, share, type TestAccount } from './world.ts'

/** A tenant whose root has two models to share. */
export async function newTenant(control: Control, name: string): Promise<TestTenant> {
  const tenant = await control.tenant(name)
  const root = { as: tenant.admin, params: { account: 'root' } }
  const provider = { name: 'sandbox', provider: 'sandbox' }
  await control.ask('provider-account.create', { ...root, body: provider })
  for (const name of ['sandbox-fast', 'sandbox-slow']) {
    const sizes = { type: 'chat', contextTokensMax: 8_000, outputTokensMax: 1_000 }
    const price = { inputPerMillionUsd: '1', outputPerMillionUsd: '2' }
    const body = { name, providerAccount: 'sandbox', upstreamModel: name, ...sizes, price }
    await control.ask('model.create', { ...root, body })
  }
  return tenant
}

/** An account, and in it a person who has everything that can be lost. */
export interface Life {
  readonly tenant: TestTenant
  readonly lab: TestAccount
  readonly person: { readonly email: string; readonly id: string; readonly session: SignedIn }
  /** Her own token, and one of the virtual account that she made. */
  readonly token: string
  readonly robotToken: string
  readonly asAdmin: (operationId: string, more?: object) => Promise<Read>
  readonly asRoot: (operationId: string, more?: object) => Promise<Read>
}

let lives = 0

export async function newLife(control: Control, tenant: TestTenant): Promise<Life> {
  const name = `lab-${++lives}`
  const lab = await newAccount(control, tenant, name)
  await share(control, tenant, { kind: 'provider-account', resource: 'sandbox', to: name })
  const at =
    (as: SignedIn, account: string) =>
    (operationId: string, more: object = {}) => {
      const { params, ...rest } = more as { params?: object }
      return control.ask(operationId, { as, params: { account, ...params }, ...rest } as never)
    }
  const asAdmin = at(lab.admin, name)
  await asAdmin('team.create', { body: { name: 'crew' } })
  const object = { type: 'account' }
  await asAdmin('grant.create', {
    body: { subject: { type: 'team', team: 'crew' }, role: 'viewer', object },
  })
  const email = `pia@${name}.example`
  const session = await newMember(control, lab, email, 'admin')
  await asAdmin('team-member.add', { params: { team: 'crew' }, body: { member: email } })
  const asPia = at(session, name)
  const { secret: token } = await asPia('personal-access-token.create', {
    body: { name: 'laptop' },
  })
  await asPia('virtual-account.create', { body: { name: 'robot', teams: ['crew'] } })
  const params = { 'virtual-account': 'robot' }
  const robot = { type: 'virtual-account', virtualAccount: 'robot' }
  await asPia('grant.create', { body: { subject: robot, role: 'user', object } })
  const { secret: robotToken } = await asPia('token.create', { params, body: { name: 'main' } })
  const { id } = await asAdmin('user.get', { params: { user: email } })
  const person = { email, id, session }
  return { tenant, lab, person, token, robotToken, asAdmin, asRoot: at(tenant.admin, 'root') }
}

/** Where a credential is tried. */
export interface Places {
  readonly control: Control
  readonly gatewayUrl: string
}

/** Whether a credential acts: in the account at the control plane, and at the gateway. */
export async function works(
  { control, gatewayUrl }: Places,
  life: Life,
  as: SignedIn | { token: string },
): Promise<string> {
  const ask = { as, params: { account: life.lab.name } }
  const here = await control.ask('me.account', ask).then(
    () => 'yes',
    (error: Read) => error.code as string,
  )
  if (!('token' in as)) return here
  const { status } = await chat(gatewayUrl, as.token, 'sandbox/sandbox-fast')
  return `${here}, ${status}`
}

/** By the rule: how many permissions, on the account and on each thing that is eligible there. */
export async function power({ control }: Places, life: Life): Promise<number> {
  const { tenant, lab, person } = life
  return control.services.database.withTenant(tenant.id as TenantId, async (tx) => {
    const account = await findAccount(tx, lab.id)
    const principal = await loadPrincipal(tx, uuid(person.id as never))
    if (account === null || principal === null) return 0
    const row = (await loadTenant(tx, tenant.id))!
    const facts = await loadFacts(tx, row, account, principal, null, new Date())
    const resources = await tx.selectFrom('resource').selectAll().execute()
    const targets = resources.map((resource) => ({
      tenantId: tenant.id,
      ownerId: (resource.accountId === uuid(lab.id as AccountId)
        ? lab.id
        : tenant.rootAccountId) as AccountId,
      path: [
        resourceIdOf(resource.kind, resource.id),
        ...(resource.parentId ? [resourceIdOf('provider-account', resource.parentId)] : []),
      ],
    }))
    return [accountTarget(account), ...targets]
      .flatMap((target) => permissions.map((p) => decide(facts, permissionBit(p), target)))
      .filter((verdict) => verdict === 'allowed').length
  })
}

/** What is stored of the person in the account. */
export function stored({ control }: Places, { tenant, lab, person }: Life) {
  return control.services.database.withTenant(tenant.id as TenantId, async (tx) => {
    const count = async (table: 'membership' | 'teamMember' | 'grant' | 'token') => {
      const rows = await tx
        .selectFrom(table)
        .select('accountId')
        .where('accountId', '=', uuid(lab.id as AccountId))
        .where('principalId', '=', uuid(person.id as never))
        .execute()
      return rows.length
    }
    return {
      member: await count('membership'),
      teams: await count('teamMember'),
      grants: await count('grant'),
      tokens: await count('token'),
    }
  })
}
