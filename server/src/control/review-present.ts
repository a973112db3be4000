/** How the rows of a review look from outside; and as lines of a spreadsheet. */
import { listPermissions, type ResourceKind } from '@commonhold/core'
import { principalId } from '../store/caller.ts'
import { typed } from '../store/database.ts'
import type { GrantRow } from '../store/grant.ts'
import { resourceIdOf } from '../store/resource-id.ts'
import { presentGrant } from './grant.ts'
import { type Cell, csv } from './review-csv.ts'
import { enoughFor, type ReviewedGrant } from './review-grants.ts'
import { grantSentence, shareSentence, virtualAccountSentence } from './review-sentences.ts'
import type { ReviewedShare } from './review-shares.ts'
import type { ReviewedVirtualAccount } from './review-virtual-accounts.ts'
import type { Reviewing, ReviewScope } from './review-window.ts'

/** The names of authors, by id as `created_by` holds it; absent for who does not exist any more. */
export type Names = ReadonlyMap<string, string>

/** What no person wrote, the deployment or its operator did. */
const authorOf = (names: Names, id: string) => ({ id, name: names.get(id) ?? null })

const time = (at: Date | null) => at?.toISOString() ?? null

function grantRowOf({ row, carried }: ReviewedGrant): GrantRow {
  const { subjectKind, principalId: of } = row
  const resourceName = row.resourceName === null ? null : [row.parentName, row.resourceName]
  return {
    id: typed('grant', row.id),
    subject: {
      type: subjectKind,
      id: of === null ? typed('team', row.teamId!) : principalId(subjectKind, of),
      name: row.subjectName,
    },
    object: {
      type: row.objectType,
      kind: (row.objectKind ?? row.resourceKind) as ResourceKind | null,
      id: row.resourceId === null ? null : resourceIdOf(row.resourceKind!, row.resourceId),
      name: resourceName,
      shared: row.isShared,
    },
    role: {
      id: typed('role', row.roleId),
      name: row.roleName,
      builtIn: row.roleBuiltIn,
      permissions: carried,
    },
    expiresAt: row.expiresAt,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
  }
}

export function presentReviewedGrant(
  c: Reviewing,
  scope: ReviewScope,
  names: Names,
  grant: ReviewedGrant,
) {
  return {
    ...presentGrant(c, grantRowOf(grant)),
    author: authorOf(names, grant.row.createdBy),
    lastUsedAt: time(grant.lastUsedAt),
    carried: listPermissions(grant.carried).length,
    usedPermissions: [...grant.used],
    enough: enoughFor(grant),
    missingPermissions: [...grant.missing],
    findings: [...grant.findings],
    sentence: grantSentence(scope, grant, names.get(grant.row.createdBy) ?? null),
  }
}

export function presentReviewedShare(
  _: Reviewing,
  scope: ReviewScope,
  names: Names,
  share: ReviewedShare,
) {
  const { row } = share
  const name = row.parentName === null ? row.resourceName : `${row.parentName}/${row.resourceName}`
  return {
    id: typed('share', row.id),
    kind: 'share' as const,
    account: typed('acct', row.rootAccountId),
    resource: { id: resourceIdOf(row.resourceKind, row.resourceId), kind: row.resourceKind, name },
    to: { id: typed('acct', row.toAccountId), name: row.toName },
    permissions: listPermissions(share.most),
    author: authorOf(names, row.createdBy),
    lastUsedAt: time(share.lastUsedAt),
    grants: row.grants,
    usedPermissions: [...share.used],
    missingPermissions: [...share.missing],
    findings: [...share.findings],
    sentence: shareSentence(scope, share, names.get(row.createdBy) ?? null),
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
  }
}

export function presentReviewedVirtualAccount(
  { account }: Reviewing,
  scope: ReviewScope,
  names: Names,
  one: ReviewedVirtualAccount,
) {
  const { row } = one
  const { name, displayName, state, tokens, grants, createdBy } = row
  return {
    id: typed('va', row.id),
    kind: 'virtual-account' as const,
    account: account.id,
    name,
    displayName,
    state,
    ownerTeam:
      row.ownerTeamId === null
        ? null
        : { id: typed('team', row.ownerTeamId), name: row.ownerTeamName! },
    tokens,
    grants,
    author: authorOf(names, createdBy),
    lastUsedAt: time(one.lastUsedAt),
    findings: [...one.findings],
    sentence: virtualAccountSentence(scope, one, names.get(createdBy) ?? null),
    createdAt: row.createdAt.toISOString(),
    createdBy,
  }
}

type Columns<Row> = readonly (readonly [heading: string, of: (row: Row) => Cell])[]

/** Who wrote it, by name where there is one. */
const authorName = ({ author }: { author: { id: string; name: string | null } }) =>
  author.name ?? author.id

const grantColumns: Columns<ReturnType<typeof presentReviewedGrant>> = [
  ['subject type', ({ subject }) => subject.type],
  ['subject', ({ subject }) => subject.name],
  ['role', ({ role }) => role.name],
  ['object type', ({ object }) => object.type],
  ['object', ({ object }) => object.name],
  ['last used', ({ lastUsedAt }) => lastUsedAt],
  ['ends', ({ expiresAt }) => expiresAt],
  ['findings', ({ findings }) => findings],
  ['says', ({ sentence }) => sentence],
  ['carries', ({ carried }) => carried],
  ['used permissions', ({ usedPermissions }) => usedPermissions],
  ['enough', ({ enough }) => enough],
  ['missing to the author', ({ missingPermissions }) => missingPermissions],
  ['granted by', authorName],
  ['granted at', ({ createdAt }) => createdAt],
  ['id', ({ id }) => id],
]

const shareColumns: Columns<ReturnType<typeof presentReviewedShare>> = [
  ['resource kind', ({ resource }) => resource.kind],
  ['resource', ({ resource }) => resource.name],
  ['account', ({ to }) => to.name],
  ['permissions', ({ permissions }) => permissions],
  ['last used', ({ lastUsedAt }) => lastUsedAt],
  ['findings', ({ findings }) => findings],
  ['says', ({ sentence }) => sentence],
  ['grants', ({ grants }) => grants],
  ['used permissions', ({ usedPermissions }) => usedPermissions],
  ['missing to the author', ({ missingPermissions }) => missingPermissions],
  ['shared by', authorName],
  ['shared at', ({ createdAt }) => createdAt],
  ['id', ({ id }) => id],
]

const virtualAccountColumns: Columns<ReturnType<typeof presentReviewedVirtualAccount>> = [
  ['name', ({ name }) => name],
  ['display name', ({ displayName }) => displayName],
  ['state', ({ state }) => state],
  ['owner team', ({ ownerTeam }) => ownerTeam?.name ?? null],
  ['last used', ({ lastUsedAt }) => lastUsedAt],
  ['findings', ({ findings }) => findings],
  ['says', ({ sentence }) => sentence],
  ['tokens', ({ tokens }) => tokens],
  ['grants', ({ grants }) => grants],
  ['made by', authorName],
  ['made at', ({ createdAt }) => createdAt],
  ['id', ({ id }) => id],
]

export const tables = {
  grants: (rows: ReturnType<typeof presentReviewedGrant>[]) => csv(rows, grantColumns),
  shares: (rows: ReturnType<typeof presentReviewedShare>[]) => csv(rows, shareColumns),
  'virtual-accounts': (rows: ReturnType<typeof presentReviewedVirtualAccount>[]) =>
    csv(rows, virtualAccountColumns),
} as const
