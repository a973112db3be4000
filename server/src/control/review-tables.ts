/** The lists of a review as tables for a spreadsheet: a line for each row as it looks from outside. */
import { type Cell, csv } from './review-csv.ts'
import type {
  presentReviewedGrant,
  presentReviewedShare,
  presentReviewedVirtualAccount,
} from './review-present.ts'

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
