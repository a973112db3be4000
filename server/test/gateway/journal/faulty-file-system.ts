/**
 * A real file system that can be made to fail, in three ways: one chosen operation answers with an
 * error; new segments find no room while `spareIsFull`; or the machine loses power at its n-th operation.
 * Until a flush, written bytes exist in memory only, as with a disk cache that is lost.
 */

import { basename } from 'node:path'
import type { FileHandle, FileSystem } from '../../../src/gateway/journal/file-system.ts'
import { realFileSystem } from '../../../src/gateway/journal/file-system.ts'

type Write = { bytes: Buffer; position: number }

/** Which unflushed writes still reach the disk when the power fails. */
export type Survivors = 'none' | 'all' | 'halves' | 'last'

export class FaultyFileSystem implements FileSystem {
  /** Writing a spare segment answers ENOSPC. */
  spareIsFull = false
  /** Operations until the power fails. */
  operationsLeft = Number.POSITIVE_INFINITY
  survivors: Survivors = 'none'
  /** Counts the flushes of segments in use. */
  flushes = 0
  /** The next flush of a segment in use answers with this code. */
  flushErrorNext: string | undefined
  /** The next write of any file answers with this code. */
  writeErrorNext: string | undefined
  /** Bytes that one write takes at most, to force short writes. */
  writeBytesMax = Number.POSITIVE_INFINITY
  readonly #handles = new Set<FaultyHandle>()

  /** Counts one operation; after the power has failed none succeeds. */
  async step(): Promise<void> {
    if (this.operationsLeft > 0) this.operationsLeft--
    if (this.operationsLeft > 0) return
    for (const handle of this.#handles) await handle.losePower(this.survivors)
    throw failure('EIO', 'the power is gone')
  }

  async mkdir(path: string, options: { recursive: true; mode: number }) {
    await this.step()
    return await realFileSystem.mkdir(path, options)
  }

  async open(path: string, flags: string, mode?: number): Promise<FileHandle> {
    await this.step()
    const handle = new FaultyHandle(this, path, await realFileSystem.open(path, flags, mode))
    this.#handles.add(handle)
    return handle
  }

  async readdir(path: string) {
    await this.step()
    return await realFileSystem.readdir(path)
  }

  async readFile(path: string) {
    await this.step()
    return await realFileSystem.readFile(path)
  }

  async rename(from: string, to: string) {
    await this.step()
    await realFileSystem.rename(from, to)
  }

  async unlink(path: string) {
    await this.step()
    await realFileSystem.unlink(path)
  }
}

class FaultyHandle implements FileHandle {
  readonly #system: FaultyFileSystem
  readonly #handle: FileHandle
  /** A spare until its first flush; later writes go to a segment with room of its own. */
  #isNew: boolean
  #unflushed: Write[] = []

  constructor(system: FaultyFileSystem, path: string, handle: FileHandle) {
    this.#system = system
    this.#isNew = basename(path).startsWith('spare-')
    this.#handle = handle
  }

  async write(bytes: Buffer, offset: number, length: number, position: number) {
    await this.#system.step()
    const code = this.#isNew && this.#system.spareIsFull ? 'ENOSPC' : this.#system.writeErrorNext
    this.#system.writeErrorNext = undefined
    if (code) throw failure(code, 'write')
    const bytesWritten = Math.min(length, this.#system.writeBytesMax)
    const copy = Buffer.from(bytes.subarray(offset, offset + bytesWritten))
    this.#unflushed.push({ bytes: copy, position })
    return { bytesWritten }
  }

  datasync() {
    return this.sync()
  }

  async sync() {
    await this.#system.step()
    if (!this.#isNew) this.#refuseIfTold()
    await this.#apply(this.#unflushed)
    this.#unflushed = []
    this.#isNew = false
    await this.#handle.sync()
  }

  /** Spares are made beside the journal's work, at a time of their own: they do not count. */
  #refuseIfTold(): void {
    this.#system.flushes++
    const code = this.#system.flushErrorNext
    this.#system.flushErrorNext = undefined
    if (code) throw failure(code, 'fdatasync')
  }

  async close() {
    await this.#handle.close()
  }

  async losePower(survivors: Survivors): Promise<void> {
    const unflushed = this.#unflushed
    this.#unflushed = []
    if (survivors === 'all') await this.#apply(unflushed)
    if (survivors === 'last') await this.#apply(unflushed.slice(-1))
    if (survivors !== 'halves') return
    for (const { bytes, position } of unflushed) {
      await this.#apply([{ bytes: bytes.subarray(0, bytes.length >> 1), position }])
    }
  }

  async #apply(writes: readonly Write[]): Promise<void> {
    for (const { bytes, position } of writes) {
      await this.#handle.write(bytes, 0, bytes.length, position)
    }
  }
}

function failure(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${message}`), { code })
}
