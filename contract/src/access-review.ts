/**
 * Access reviews: what of an account's grants, shares and virtual accounts deserves a second look, and
 * why; each as a whole list that can be filtered, sorted, exported and revoked from. What counts as a
 * use of power, and how exact it is: docs/guides/review-access.md.
 */
import { builtInRoleNames } from '@commonhold/core'
import { z } from 'zod'
import {
  expiringDaysDefault,
  findings,
  grantFindings,
  reviewDaysMax,
  revokedAtOnceMax,
  shareFindings,
  unusedDaysDefault,
  virtualAccountFindings,
} from './access-review-findings.ts'
import { operation } from './define.ts'
import { description, id, permission, reference, time } from './fields.ts'
import { grant } from './grant.ts'
import { listOf, listQuery } from './list.ts'
import { share } from './share.ts'

const days = (of: string, byDefault: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(reviewDaysMax)
    .meta({ description: `${of} ${byDefault} by default.` })

const unusedDays = days('Not used for this many days is unused:', unusedDaysDefault)
const expiringDays = days('Ending within this many days is expiring:', expiringDaysDefault)

const author = z.object({
  id: z.string(),
  name: z.string().nullable().meta({ description: 'Null for who does not exist any more.' }),
})

const lastUsedAt = time.nullable().meta({
  description: 'To the minute. Null where no use is known: see usesKnownSince of the review.',
})

const sentence = z.string().meta({ description: 'What there is to say about it.' })

const reviewedGrant = grant.object.extend({
  kind: z.literal('reviewed-grant'),
  author,
  lastUsedAt,
  carried: z.number().int().meta({
    description: 'How many permissions it carries there, inside the account’s boundary.',
  }),
  usedPermissions: z.array(permission).meta({
    description: 'Those of them that were used within the days asked for.',
  }),
  enough: z.enum(builtInRoleNames).nullable().meta({
    description: 'The least built-in role that has what was used; null where none has less.',
  }),
  missingPermissions: z.array(permission).meta({
    description: 'What it carries and its author does not hold now.',
  }),
  findings: z.array(z.enum(grantFindings)),
  sentence,
})

const reviewedShare = share.object
  .omit({ markupPpm: true, updatedAt: true, revision: true })
  .extend({
    kind: z.literal('reviewed-share'),
    author,
    lastUsedAt,
    grants: z.number().int().meta({ description: 'How many grants the account made under it.' }),
    usedPermissions: z.array(permission),
    missingPermissions: z.array(permission),
    findings: z.array(z.enum(shareFindings)),
    sentence,
  })

const reviewedVirtualAccount = z.object({
  id: id('va'),
  kind: z.literal('reviewed-virtual-account'),
  account: id('acct'),
  name: z.string(),
  displayName: z.string(),
  state: z.enum(['active', 'suspended']),
  ownerTeam: z.object({ id: id('team'), name: z.string() }).nullable(),
  tokens: z.number().int(),
  grants: z.number().int(),
  author,
  lastUsedAt,
  findings: z.array(z.enum(virtualAccountFindings)),
  sentence,
  createdAt: time,
  createdBy: z.string(),
})

const counted = z.object({
  total: z.number().int(),
  findings: z.record(z.string(), z.number().int()).meta({ description: 'How many by finding.' }),
})

const completed = z.object({
  at: time,
  by: z.object({ id: z.string(), name: z.string() }),
  note: z.string(),
  grants: counted,
  revokedGrants: z.number().int().meta({ description: 'From the list, since the review before.' }),
  revokedShares: z.number().int(),
})

const review = z.object({
  kind: z.literal('access-review'),
  account: id('acct'),
  at: time,
  unusedDays: z.number().int(),
  expiringDays: z.number().int(),
  usesKnownSince: time.meta({
    description: 'Before it nothing is known of uses, so nothing is called unused because of it.',
  }),
  grants: counted,
  shares: counted.nullable().meta({ description: 'Null without share:read.' }),
  virtualAccounts: counted.nullable().meta({ description: 'Null without virtual-account:read.' }),
  lastReview: completed.nullable(),
})

const base = '/accounts/{account}/access-review'
const may = (permission: 'grant:read' | 'share:read' | 'virtual-account:read') =>
  ({ by: 'permission', permission, on: 'account' }) as const
const window = z.strictObject({
  unusedDays: unusedDays.optional(),
  expiringDays: expiringDays.optional(),
})
const ids = z.array(reference).min(1).max(revokedAtOnceMax)
const sections = ['grants', 'shares', 'virtual-accounts'] as const

export const accessReview = {
  object: review,
  get: operation({
    id: 'access-review.get',
    summary: 'Counts what a review of the account’s access finds, and says when the last one was.',
    method: 'GET',
    path: base,
    access: may('grant:read'),
    query: window,
    output: review,
  }),
  grants: operation({
    id: 'access-review.grants',
    summary: 'Lists the grants of the account with their last use and what is odd about them.',
    method: 'GET',
    path: `${base}/grants`,
    access: may('grant:read'),
    query: listQuery(['lastUsedAt', 'createdAt', 'expiresAt'], {
      finding: z.enum(grantFindings),
      unusedDays,
      expiringDays,
      user: reference,
      team: reference,
      virtualAccount: reference,
      role: reference,
      resource: reference,
    }),
    output: listOf(reviewedGrant),
    errors: ['invalid_cursor', 'name_ambiguous'],
  }),
  shares: operation({
    id: 'access-review.shares',
    summary: 'Lists shares with their last use: in root those that it made, else those made to it.',
    method: 'GET',
    path: `${base}/shares`,
    access: may('share:read'),
    query: listQuery(['lastUsedAt', 'createdAt', 'to'], {
      finding: z.enum(shareFindings),
      unusedDays,
    }),
    output: listOf(reviewedShare),
    errors: ['invalid_cursor'],
  }),
  virtualAccounts: operation({
    id: 'access-review.virtual-accounts',
    summary: 'Lists virtual accounts with their last use, and whether anybody answers for them.',
    method: 'GET',
    path: `${base}/virtual-accounts`,
    access: may('virtual-account:read'),
    query: listQuery(['lastUsedAt', 'createdAt', 'name'], {
      finding: z.enum(virtualAccountFindings),
      unusedDays,
    }),
    output: listOf(reviewedVirtualAccount),
    errors: ['invalid_cursor'],
  }),
  export: operation({
    id: 'access-review.export',
    summary: 'The whole review as JSON, as it is at one moment, in the order of creation.',
    method: 'GET',
    path: `${base}/export`,
    access: may('grant:read'),
    query: window,
    output: review.extend({
      items: z.object({
        grants: z.array(reviewedGrant),
        shares: z.array(reviewedShare),
        virtualAccounts: z.array(reviewedVirtualAccount),
      }),
    }),
    errors: ['refused_by_rule'],
  }),
  csv: operation({
    id: 'access-review.csv',
    summary: 'One list of the review as CSV, for a spreadsheet; no cell of it is a formula.',
    method: 'GET',
    path: `${base}/csv`,
    access: may('grant:read'),
    query: window.extend({
      list: z.enum(sections).default('grants'),
      finding: z.enum(findings).optional().meta({ description: 'Only what has this finding.' }),
    }),
    csv: true,
    output: z.string(),
    errors: ['refused_by_rule'],
  }),
  revokeGrants: operation({
    id: 'access-review.revoke-grants',
    summary:
      'Takes several grants back, all of them or none; each is checked as grant.delete does.',
    method: 'POST',
    path: `${base}/grants:revoke`,
    access: { by: 'permission', permission: 'grant:delete', on: 'account' },
    body: z.strictObject({ grants: ids }),
    output: z.object({ revoked: z.number().int() }),
    errors: ['hands_out_more_than_held', 'refused_by_rule'],
  }),
  revokeShares: operation({
    id: 'access-review.revoke-shares',
    summary: 'Un-shares several, all of them or none; each is checked as share.delete does.',
    method: 'POST',
    path: `${base}/shares:revoke`,
    access: { by: 'permission', permission: 'share:delete', on: 'account' },
    body: z.strictObject({ shares: ids }),
    output: z.object({ revoked: z.number().int() }),
    errors: ['in_use', 'hands_out_more_than_held', 'refused_by_rule'],
  }),
  complete: operation({
    id: 'access-review.complete',
    summary: 'Puts on record that the access was reviewed: by whom, when, and what was found.',
    method: 'POST',
    path: `${base}:complete`,
    access: { by: 'permission', permission: 'grant:delete', on: 'account' },
    body: z.strictObject({ note: description.optional() }),
    output: completed,
  }),
}
