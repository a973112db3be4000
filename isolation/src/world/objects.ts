/** One object of each kind in one account, all of them of the same name. */
import type { Client } from '@commonhold/sdk'

/** Ids of one account's objects by the path parameter that they fill. */
export type Objects = Readonly<Record<string, string>>

/** @param name of each of them; people have it in their address */
export async function buildObjects(
  client: Client,
  at: { account: string },
  name: string,
): Promise<Objects> {
  const email = `${name}-${at.account}@check.invalid`
  const user = await client.user.invite(at, { email })
  const team = await client.team.create(at, { name, members: [email] })
  const virtualAccount = await client.virtualAccount.create(at, { name })
  const own = { ...at, virtualAccount: name }
  const token = await client.token.create(own, { name })
  const role = await client.role.create(at, { name, permissions: ['model:use', 'model:read'] })
  const cluster = await client.cluster.create(at, { name })
  const workspace = await client.workspace.create(at, { name, cluster: name })
  const providerAccount = await client.providerAccount.create(at, { name, provider: 'sandbox' })
  const model = await client.model.create(at, {
    name,
    providerAccount: name,
    upstreamModel: 'sandbox-fast',
    type: 'chat',
    contextTokensMax: 8_000,
    outputTokensMax: 1_000,
    price: { inputPerMillionUsd: '1', outputPerMillionUsd: '2' },
  })
  const virtualModel = await client.virtualModel.create(at, {
    name,
    strategy: 'priority',
    targets: [{ model: `${name}/${name}` }],
  })
  const prompt = await client.prompt.create(at, { name })
  const content = { messages: [{ role: 'user' as const, content: 'Hello' }] }
  await client.promptVersion.create({ ...at, prompt: name }, { content })
  await client.promptVersion.label({ ...at, prompt: name, label: 'live' }, { version: 1 })
  await client.prompt.create(at, { name: `${name}-offered` })
  const offered = { ...at, prompt: `${name}-offered` }
  const transfer = await client.prompt.transfer(offered, { to: 'root' })
  const secretGroup = await client.secretGroup.create(at, { name })
  const secret = await client.secret.create(at, { name, secretGroup: name, value: 'hidden' })
  const budget = await client.budget.create(at, {
    name,
    level: 'account',
    amountUsd: '1000',
    period: 'month',
  })
  const usageLimit = await client.usageLimit.create(at, {
    name,
    level: 'account',
    metric: 'requests',
    amount: 100_000,
    windowSeconds: 60,
  })
  const until = new Date(Date.now() + 86_400_000).toISOString()
  const raise = { until, reason: 'A check' }
  const budgetRaise = await client.budgetRaise.create(
    { ...at, budget: name },
    { amountUsd: '1', ...raise },
  )
  const usageLimitRaise = await client.usageLimitRaise.create(
    { ...at, usageLimit: name },
    { amount: 1, ...raise },
  )
  // Nothing is ever sent there, and nothing would answer.
  const webhook = await client.webhook.create(at, { name, address: 'https://hooks.check.invalid' })
  const delivery = await client.webhook.test({ ...at, webhook: name })
  const grant = await client.grant.create(at, {
    subject: { type: 'team', team: name },
    object: { type: 'resource', kind: 'model', resource: `${name}/${name}` },
    role: 'user',
  })
  const personal = await client.personalAccessToken.create(at, { name })
  const sessions = await client.session.list()
  const events = await client.auditEvent.list(at)
  return {
    user: user.id,
    email,
    team: team.id,
    member: user.id,
    'virtual-account': virtualAccount.id,
    token: token.id,
    role: role.id,
    cluster: cluster.id,
    workspace: workspace.id,
    'provider-account': providerAccount.id,
    model: model.id,
    'virtual-model': virtualModel.id,
    prompt: prompt.id,
    version: '1',
    label: 'live',
    'secret-group': secretGroup.id,
    secret: secret.id,
    budget: budget.id,
    'usage-limit': usageLimit.id,
    'budget-raise': budgetRaise.id,
    'usage-limit-raise': usageLimitRaise.id,
    webhook: webhook.id,
    'webhook-delivery': delivery.id,
    grant: grant.id,
    invitation: user.invitation!.id,
    'personal-access-token': personal.id,
    session: sessions.items[0]!.id,
    transfer: transfer.id,
    'audit-event': events.items[0]!.id,
    period: '2026-11',
  }
}
