/**
 * What the kept snapshot looks like on disk. Each file begins with one line that can be read without a
 * key (what it is, which version, which key), and goes on in frames: a length, then a sealed piece. Every
 * piece is sealed for its place (file, generation, number), so that none can be left out of the middle,
 * put elsewhere, or taken from an older file.
 *
 *     index                       which tenants there are, how much of each file counts, and since when
 *                                 it is confirmed; replaced as a whole
 *     <tenant>.<generation>       one tenant as it was read, then what changed; frames are only added
 *
 * Pieces are V8's own serialisation, which knows BigInt and bytes. Nobody but a holder of the key can have
 * written them.
 */
import { deserialize, serialize } from 'node:v8'
import type { TenantId } from '@commonhold/core'
import type { DiskKey } from '../../../crypto/envelope.ts'
import type { SnapshotChanges, SnapshotHead, TableName } from '../../../store/snapshot-rows.ts'
import type { KeptTenant } from '../keeping.ts'

/** Raised with every change of the rows' or the files' form: files of another version are not read. */
export const keptVersion = 2
const magic = 'commonhold-snapshot'
export const indexName = 'index'
export const lengthBytes = 4
/** Rows in one piece: what is sealed in one turn of the event loop. */
export const rowsPerFrameMax = 2_000

export interface KeptIndex {
  readonly deploymentId: string
  /** Which database the configuration named: host, port and name. */
  readonly databaseName: string
  readonly savedAtMs: number
  readonly confirmedAtMs: number
  readonly tenants: readonly KeptTenant[]
}

export type KeptPiece =
  | { readonly kind: 'head'; readonly head: SnapshotHead }
  | { readonly kind: 'rows'; readonly table: TableName; readonly rows: readonly unknown[] }
  | { readonly kind: 'changes'; readonly changes: SnapshotChanges }

/** Why a file is not used, as a sentence for the log. */
export class KeptProblem extends Error {}

export const fileNameOf = (tenantId: TenantId, generation: string) => `${tenantId}.${generation}`

export function firstLine(key: DiskKey): Buffer {
  return Buffer.from(`${magic} ${keptVersion} ${key.keyId}\n`)
}

/** @param place the file's name and the frame's number in it */
export function sealFrame(key: DiskKey, piece: KeptPiece | KeptIndex, place: string): Buffer {
  const sealed = key.seal(serialize(piece), contextOf(place))
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32LE(sealed.length)
  return Buffer.concat([length, sealed])
}

/**
 * Reads the frames of a file.
 * @param framesMax how many count
 * @throws KeptProblem saying why the file can't be used
 */
export function* openFrames(
  key: DiskKey,
  file: Buffer,
  name: string,
  framesMax: number,
): Generator<unknown> {
  let offset = checkFirstLine(key, file)
  for (let frame = 0; frame < framesMax; frame++) {
    const start = offset + lengthBytes
    const end = start <= file.length ? start + file.readUInt32LE(offset) : Number.POSITIVE_INFINITY
    if (end > file.length) throw new KeptProblem('It is shorter than it should be.')
    yield opened(key, file.subarray(start, end), `${name}/${frame}`)
    offset = end
  }
}

function opened(key: DiskKey, sealed: Buffer, place: string): unknown {
  try {
    return deserialize(key.open(sealed, contextOf(place)))
  } catch {
    throw new KeptProblem('It is damaged.')
  }
}

function checkFirstLine(key: DiskKey, file: Buffer): number {
  const end = file.indexOf('\n')
  const [is, version, keyId] = file.toString('utf8', 0, Math.max(0, Math.min(end, 100))).split(' ')
  if (is !== magic) throw new KeptProblem('It is no snapshot, or its beginning is damaged.')
  if (version !== String(keptVersion)) {
    throw new KeptProblem(`It is of version ${version}, and this gateway reads ${keptVersion}.`)
  }
  if (keyId !== key.keyId) throw new KeptProblem('It was written under another master key.')
  return end + 1
}

const contextOf = (place: string) => `snapshot/${keptVersion}/${place}`
