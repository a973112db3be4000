/** What an access review can find, and within which bounds it looks. */

/** `author_gone` implies `author_lost_power`, and `expired` excludes what concerns power it had. */
export const grantFindings = [
  'unused',
  'unused_power',
  'expiring',
  'expired',
  'author_gone',
  'author_lost_power',
  'subject_inactive',
  'wide',
] as const
export type GrantFinding = (typeof grantFindings)[number]

export const shareFindings = [
  'unused',
  'unused_power',
  'author_gone',
  'author_lost_power',
  'wide',
] as const
export type ShareFinding = (typeof shareFindings)[number]

export const virtualAccountFindings = ['unused', 'creator_gone', 'owner_team_gone'] as const
export type VirtualAccountFinding = (typeof virtualAccountFindings)[number]

export const findings = [
  ...new Set([...grantFindings, ...shareFindings, ...virtualAccountFindings]),
] as [string, ...string[]]

export const unusedDaysDefault = 90
export const expiringDaysDefault = 14
/** Uses are forgotten after 400 days, so nobody can look further back than a year. */
export const reviewDaysMax = 365
/** How many may be taken back in one request. */
export const revokedAtOnceMax = 200
