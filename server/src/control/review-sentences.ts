/** What there is to say about each row of a review, in one or two sentences that stand alone. */
import type { GrantFinding, ShareFinding, VirtualAccountFinding } from '@commonhold/contract'
import { listPermissions, type Permission } from '@commonhold/core'
import { enoughFor, type ReviewedGrant } from './review-grants.ts'
import type { ReviewedShare } from './review-shares.ts'
import type { ReviewedVirtualAccount } from './review-virtual-accounts.ts'
import type { ReviewScope } from './review-window.ts'

/** More permissions than these are counted and not named. */
export const namedPermissionsMax = 3

const day = (at: Date | number) => new Date(at).toISOString().slice(0, 10)

function lastUse({ usesKnownSince }: ReviewScope, createdAtMs: number, lastUsedAt: Date | null) {
  if (lastUsedAt !== null) return `Last used on ${day(lastUsedAt)}.`
  return createdAtMs >= usesKnownSince.getTime()
    ? `Never used since it was made on ${day(createdAtMs)}.`
    : `No use is known since ${day(usesKnownSince)}, when uses began to be noted.`
}

/** "model:read", "model:read and model:use", or "12 permissions" */
function named(permissions: readonly Permission[]): string {
  if (permissions.length > namedPermissionsMax) return `${permissions.length} permissions`
  if (permissions.length < 2) return permissions.join('')
  return `${permissions.slice(0, -1).join(', ')} and ${permissions.at(-1)}`
}

const say = <F extends string>(
  findings: readonly F[],
  sentences: Readonly<Partial<Record<F, () => string>>>,
) => findings.flatMap((finding) => sentences[finding]?.() ?? [])

/**
 * @param subject the name of whoever has it
 * @param author the name of who wrote it, or null for who does not exist any more
 */
export function grantSentence(
  scope: ReviewScope,
  grant: ReviewedGrant,
  subject: string,
  author: string | null,
): string {
  const { row, findings, lastUsedAt, missing } = grant
  const by = author ?? 'Somebody who does not exist any more'
  const isGone = findings.includes('author_gone')
  const found = say<GrantFinding>(findings, {
    // Where no use is known at all, that has been said.
    unused: () => (lastUsedAt === null ? '' : `Nobody used it for ${scope.unusedDays} days.`),
    unused_power: () => unusedPower(scope, grant),
    expiring: () => `It ends on ${day(row.expiresAtMs!)}.`,
    expired: () => `It ended on ${day(row.expiresAtMs!)} and carries nothing.`,
    author_gone: () => `${by} granted it and is not active here any more.`,
    author_lost_power: () =>
      isGone ? '' : `${by} granted it and does not hold ${named(missing)} there any more.`,
    subject_inactive: () =>
      row.teamId !== null && row.subjectState === 'active'
        ? `Nobody is in the team ${subject}.`
        : `${subject} is ${row.subjectState}, so it carries nothing until that changes.`,
    wide: () => 'It carries everything that the account may do.',
  })
  return joined(lastUse(scope, row.createdAtMs, lastUsedAt), found)
}

function unusedPower(scope: ReviewScope, grant: ReviewedGrant): string {
  const { carried, used } = grant
  const enough = enoughFor(grant)
  const used_ = used.length === 0 ? 'nothing' : named(used)
  const what = `Of ${carried.usableCount} permissions it carries, ${used_} was used in ${scope.unusedDays} days`
  return enough === null ? `${what}.` : `${what}; the role ${enough} has that.`
}

export function shareSentence(
  scope: ReviewScope,
  share: ReviewedShare,
  author: string | null,
): string {
  const { row, findings, lastUsedAt, used, most, missing } = share
  const by = author ?? 'Somebody who does not exist any more'
  const isGone = findings.includes('author_gone')
  const found = say<ShareFinding>(findings, {
    unused: () =>
      lastUsedAt === null ? '' : `Nobody in ${row.toName} used it for ${scope.unusedDays} days.`,
    unused_power: () =>
      `Of ${listPermissions(most).length} permissions it allows, ${named(used)} was used in ${scope.unusedDays} days.`,
    author_gone: () => `${by} shared it and is not active in root any more.`,
    author_lost_power: () =>
      isGone ? '' : `${by} shared it and does not hold ${named(missing)} on it any more.`,
    wide: () => 'It lets the account manage it.',
  })
  const made =
    row.grants === 0
      ? 'The account granted nobody anything under it by name.'
      : `${row.grants} ${row.grants === 1 ? 'grant hangs' : 'grants hang'} on it.`
  return joined(lastUse(scope, row.createdAtMs, lastUsedAt), [...found, made])
}

export function virtualAccountSentence(
  scope: ReviewScope,
  { row, findings, lastUsedAt }: ReviewedVirtualAccount,
  author: string | null,
): string {
  const by = author ?? 'Somebody who does not exist any more'
  const found = say<VirtualAccountFinding>(findings, {
    unused: () =>
      lastUsedAt === null ? '' : `No token of it was used for ${scope.unusedDays} days.`,
    creator_gone: () => `${by} made it and is not active here any more.`,
    owner_team_gone: () => ownerTeamGone(row),
  })
  return joined(lastUse(scope, row.createdAtMs, lastUsedAt), found)
}

function ownerTeamGone(row: ReviewedVirtualAccount['row']): string {
  if (row.ownerTeamId === null) {
    return `The team ${row.formerOwnerTeam} answered for it and was deleted.`
  }
  return row.ownerTeamState === 'active'
    ? `The team ${row.ownerTeamName} answers for it, and no active person is in it.`
    : `The team ${row.ownerTeamName} answers for it and is ${row.ownerTeamState}.`
}

const joined = (first: string, more: readonly string[]) =>
  [first, ...more].filter((sentence) => sentence !== '').join(' ')
