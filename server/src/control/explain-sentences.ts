/** A decision of the access rule in words: one sentence that sums it up, and one per condition. */
import { type ExplainedCondition, isActive, type Kind, type Verdict } from '@commonhold/core'
import type { AccountRow } from '../store/account.ts'
import type { GrantRow } from '../store/grant.ts'
import type { ResourceRow } from '../store/resource.ts'
import type { ShareRow } from '../store/share.ts'
import { objectName } from './grant.ts'
import type { Question } from './question.ts'
import { sentenceFor } from './refusal-sentences.ts'

export interface Answered extends Question {
  readonly account: AccountRow
  readonly verdict: Verdict
  /** Those that carry the permission on what is asked about. */
  readonly grants: readonly GrantRow[]
  readonly share: ShareRow | null
  /** E-mails and names of who made grants and share. */
  readonly names: ReadonlyMap<string, string>
}

export interface ToldCondition extends ExplainedCondition {
  readonly sentence: string
}

export const words = (kind: string) => kind.replaceAll('-', ' ')
export const plural = (kind: Kind) => (kind === 'usage' ? 'usage' : `${words(kind)}s`)

const dateFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** "made by ana@example.com on 3 November 2026" */
function made({ names }: Answered, verb: string, thing: { createdBy: string; createdAt: Date }) {
  const by = names.get(thing.createdBy) ?? thing.createdBy
  return `${verb} by ${by} on ${dateText(thing.createdAt)}`
}

/** "use the model openai/small", "create workspaces in the cluster eu", "read teams in research" */
export function deed({
  permission,
  resource,
  account,
}: Pick<Answered, 'permission' | 'resource' | 'account'>): string {
  const { action, kind } = permission
  if (resource === null) {
    const here = `the account ${account.name}`
    return kind === 'account' ? `${action} ${here}` : `${action} ${plural(kind)} in ${here}`
  }
  const thing = `the ${words(resource.kind)} ${fullName(resource)}`
  return kind === resource.kind ? `${action} ${thing}` : `${action} ${plural(kind)} in ${thing}`
}

/** "openai/small" */
export function fullName(resource: Pick<ResourceRow, 'name' | 'parentName'>): string {
  return resource.parentName === null ? resource.name : `${resource.parentName}/${resource.name}`
}

/** "3 November 2026", UTC */
export const dateText = (date: Date) => dateFormat.format(date)

/**
 * @param conditions in the order of the rule: the first that fails is the reason
 * @returns such as "ana@example.com can use the model openai/small: by the role user on …"
 */
export function summary(answered: Answered, conditions: readonly ToldCondition[]): string {
  const { principal, verdict } = answered
  if (verdict !== 'allowed') {
    const failed = conditions.find(({ holds }) => !holds)
    const why = failed?.sentence ?? `${sentenceFor(verdict)}.`
    return `${principal.name} can’t ${deed(answered)}: ${lowerFirst(why)}`
  }
  const because = [
    grantPart(answered),
    ...(answered.share ? [`through the share ${made(answered, 'made', answered.share)}`] : []),
    `inside the boundary of ${answered.account.name}`,
    ...(answered.token?.scopes ? ['inside the scopes of the token'] : []),
  ]
  return `${principal.name} can ${deed(answered)}: ${because.join(', ')}.`
}

/** The grant that counts, and how many more there are. Those to an inactive team do not count. */
function grantPart(answered: Answered): string {
  const counting = answered.grants.filter((grant) => counts(answered, grant))
  const [grant] = counting
  if (grant === undefined) return 'by a grant'
  const to = grant.subject.type === 'team' ? ` to the team ${grant.subject.name}` : ''
  const more = counting.length === 1 ? '' : `, and ${counting.length - 1} more`
  const what = `the role ${grant.role.name} on ${objectName(answered.account, grant)}`
  return `by ${what}, ${made(answered, `granted${to}`, grant)}${more}`
}

/** A grant to a team that is not active counts for nothing. */
export function counts({ teams }: Pick<Answered, 'teams'>, { subject }: GrantRow): boolean {
  return teams.find(({ id }) => id === subject.id)?.state !== 'suspended'
}

export function tell(answered: Answered, { condition, holds }: ExplainedCondition): ToldCondition {
  return { condition, holds, sentence: sentences[condition](answered, holds) }
}

type Sentence = (answered: Answered, holds: boolean) => string

const sentences: Readonly<Record<ExplainedCondition['condition'], Sentence>> = {
  tenant_wall: (_, holds) =>
    holds ? 'All of it is in one tenant.' : 'Something in it is in another tenant.',
  lifecycle: (answered, holds) =>
    holds
      ? 'Tenant, account, principal and token are active.'
      : `Not active: ${inactive(answered)}.`,
  membership: ({ principal, account, facts }, holds) => {
    if (holds) return `${principal.name} is a member of the account ${account.name}.`
    return facts.principal.isMember
      ? 'The token is bound to another account.'
      : `${principal.name} is not a member of the account ${account.name}.`
  },
  eligibility: ({ resource, account, share }, holds) => {
    if (!holds) return `The account ${account.name} neither owns it nor has a share of it.`
    if (resource === null) return 'It is about the account itself.'
    if (share === null) return `The account ${account.name} owns it.`
    const what = share.resource.id === resource.id ? 'it' : `the ${words(share.resource.kind)}`
    return `The tenant owns it and shares ${what} with the account ${account.name}.`
  },
  grant: (answered, holds) => {
    const { permission } = answered.permission
    return holds
      ? `${answered.principal.name} has ${permission} ${grantPart(answered)}.`
      : `No grant to ${answered.principal.name}, or to a team of theirs that is active, carries ${permission} here.`
  },
  boundary: ({ account, permission }, holds) =>
    holds
      ? `The permission boundary of ${account.name} contains ${permission.permission}.`
      : `The permission boundary of ${account.name} leaves out ${permission.permission}; an admin of the tenant can widen it.`,
  share: ({ share, permission }, holds) => {
    if (share === null) return 'The account owns it, so no share limits it.'
    return holds
      ? `The share allows ${permission.permission}.`
      : `The share leaves out ${permission.permission}; an admin of the tenant can widen it.`
  },
  token_scopes: ({ token, permission }, holds) => {
    if (!holds) return `The scopes of the token leave out ${permission.permission}.`
    if (token === null) return 'No token is involved.'
    return token.scopes === null
      ? 'The token is as wide as its owner.'
      : `The scopes of the token contain ${permission.permission}.`
  },
}

/** @returns such as "The account research, the team ops" */
function inactive(answered: Answered): string {
  const { facts, account, principal, grants } = answered
  const idle = grants.find((grant) => !counts(answered, grant))
  const things: [boolean, string][] = [
    [isActive(facts.tenant), 'the tenant'],
    [isActive(facts.account), `the account ${account.name}`],
    [isActive(facts.principal), principal.name],
    [facts.token === null || isActive(facts.token), `the token ${answered.token?.name}`],
    [idle === undefined, `the team ${idle?.subject.name}`],
  ]
  return things
    .filter(([active]) => !active)
    .map(([, name]) => name)
    .join(', ')
}

const lowerFirst = (text: string) => text[0]!.toLowerCase() + text.slice(1)
