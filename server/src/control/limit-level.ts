/**
 * What a budget or usage limit is about, resolved in the acting account and nowhere else; and who may
 * change it. What the tenant set is root's to change: on an account as a whole, on what it spends
 * through a share, or on all accounts together.
 */
import { Refusal } from '@commonhold/contract'
import { type AccountId, accountTarget, type LimitLevel } from '@commonhold/core'
import { findAccountTokens, type LimitedId } from '../store/limit-level.ts'
import { findShare } from '../store/share.ts'
import { type Reader, resolveReadable } from './any-resource.ts'
import type { AuditNote, Context } from './context.ts'
import { resolveMember } from './member.ts'
import { notFound } from './resolve.ts'
import { resolveTeam } from './team.ts'

type Here = Pick<Context, 'tx' | 'account'>

/**
 * @param c the caller has to be able to read a model to limit it
 * @param of a name or an id of what the level says; for the level account, nothing
 * @throws refused_by_rule, not_found or name_ambiguous
 */
export async function resolveLimited(
  c: Reader,
  level: LimitLevel,
  of: string | undefined,
): Promise<LimitedId> {
  if (level === 'tenant') assertInRoot(c, 'all accounts together are limited')
  if (wholes.has(level)) {
    if (of === undefined) return null
    throw refuse(`The level ${level} has no "of": it limits all of it.`)
  }
  if (of === undefined) throw refuse(`Say in "of" which ${level.replace('-', ' ')} it limits.`)
  switch (level) {
    case 'team':
      return (await resolveTeam(c, of)).id
    case 'user':
    case 'virtual-account': {
      const member = await resolveMember(c, of)
      if (member.kind !== level) throw notFound(level.replace('-', ' '))
      return member.id
    }
    case 'token':
      return resolveToken(c, of)
    case 'model':
      return (await resolveReadable(c, 'model', of)).id
    case 'share':
      return resolveSpendableShare(c, of)
    default:
      throw refuse(`The level ${level} has no "of".`)
  }
}

/** Levels that name nothing further. */
const wholes: ReadonlySet<LimitLevel> = new Set([
  'tenant',
  'account',
  'each-user',
  'each-virtual-account',
])

/** @throws refused_by_rule */
function assertInRoot({ account }: Here, what: string): void {
  if (account.isRoot) return
  const sentence = `Only in the root account ${what}. An admin of the tenant does that.`
  throw new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer: '/level', rule: 'level', message: sentence }],
  })
}

/** A share by which models reach an account. Whoever may not see shares hears that there is none. */
async function resolveSpendableShare(c: Reader, reference: string): Promise<LimitedId> {
  assertInRoot(c, 'is a share limited')
  const share = c.can('share:read') ? await findShare(c.tx, null, reference) : null
  if (share === null) throw notFound('share')
  if (share.resource.kind === 'model' || share.resource.kind === 'provider-account') return share.id
  throw refuse('Nothing is spent through it: name a share of a model or of a provider account.')
}

async function resolveToken({ tx, account }: Here, reference: string): Promise<LimitedId> {
  const [found, ...more] = await findAccountTokens(tx, account.id, reference)
  if (found === undefined) throw notFound('token')
  if (more.length === 0) return found
  throw new Refusal('name_ambiguous', `Several tokens are called ${reference}. Write the id.`)
}

const refuse = (sentence: string) =>
  new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer: '/of', rule: 'level', message: sentence }],
  })

interface SetLimit {
  readonly accountId: AccountId
  readonly imposed: boolean
  readonly limitedAccountId: AccountId | null
}

/** Whether it stands above the account that looks at it, which then can't change it. */
export function isImposedOn({ account }: Pick<Context, 'account'>, row: SetLimit): boolean {
  return !account.isRoot && (row.imposed || row.accountId !== account.id)
}

/**
 * What the tenant allots to an account is a part of that account, so changing it asks for what changing
 * the account does.
 * @throws refused_by_rule or not_allowed
 */
export function assertMayChange(
  c: Pick<Context, 'account' | 'require'>,
  row: SetLimit,
  what: string,
): void {
  if (isImposedOn(c, row)) {
    throw new Refusal(
      'refused_by_rule',
      `The tenant set this ${what} on the account. An admin of the tenant can change it.`,
    )
  }
  if (row.imposed) c.require('account:update', accountTarget(c.account), 'in this account')
}

/** In the log of the account that has it, and of the one that root limits by it. */
export function auditLimit(
  c: Pick<Context, 'account' | 'audit'>,
  row: SetLimit,
  note: Omit<AuditNote, 'account'>,
): void {
  c.audit(note)
  const limited = row.limitedAccountId
  if (limited !== null && limited !== c.account.id) c.audit({ ...note, account: limited })
}

/**
 * Deletes a budget or usage limit.
 * @param told what the audit log keeps of it
 * @throws refused_by_rule, not_allowed or revision_mismatch
 */
export async function removeLimit(
  c: Pick<Context, 'account' | 'audit' | 'require' | 'checkRevision' | 'loses'>,
  kind: 'budget' | 'usage-limit',
  row: SetLimit & LimitedThing & { readonly id: string; name: string; revision: number },
  told: Readonly<Record<string, unknown>>,
  write: () => Promise<void>,
): Promise<void> {
  assertMayChange(c, row, kind.replace('-', ' '))
  c.checkRevision(row.revision)
  const { id, name } = row
  c.loses({ what: kind, id, sentence: `${limitedInWords(row)} is no longer limited by it.` })

  await write()
  auditLimit(c, row, { target: { kind, id, name }, before: told })
}

interface LimitedThing {
  readonly level: LimitLevel
  readonly of: { readonly name: string } | null
}

/** What becomes unlimited when it goes. */
function limitedInWords({ level, of }: LimitedThing): string {
  if (of !== null) return `The ${level.replace('-', ' ')} ${of.name}`
  return level.startsWith('each-')
    ? `${level.replaceAll('-', ' ').replace('each', 'Each')}`
    : `The ${level}`
}
