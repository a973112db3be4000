/**
 * The few file operations that the journal needs, as an interface, so that a test can make a real
 * file's flush fail or its disk run full. Production always uses `node:fs/promises`.
 */

import * as fs from 'node:fs/promises'
import { join } from 'node:path'

export type FileHandle = {
  write(
    bytes: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>
  datasync(): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

export type FileSystem = {
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>
  open(path: string, flags: string, mode?: number): Promise<FileHandle>
  readdir(path: string): Promise<string[]>
  readFile(path: string): Promise<Buffer>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
}

export const realFileSystem: FileSystem = fs

/** Makes creations, renames and deletions inside a directory durable. */
export async function syncDirectory(fileSystem: FileSystem, directory: string): Promise<void> {
  const handle = await fileSystem.open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes all bytes at a position: one write may legally stop short of it. */
export async function writeFully(
  handle: FileHandle,
  bytes: Buffer,
  position: number,
): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const result = await handle.write(bytes, written, bytes.length - written, position + written)
    written += result.bytesWritten
  }
}

/** Replaces a small file as a whole: a crash leaves the old content or the new, never a mixture. */
export async function replaceFile(
  fileSystem: FileSystem,
  directory: string,
  name: string,
  content: string,
): Promise<void> {
  const temporary = join(directory, `${name}.new`)
  const handle = await fileSystem.open(temporary, 'w', 0o600)
  try {
    await writeFully(handle, Buffer.from(content), 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await fileSystem.rename(temporary, join(directory, name))
  await syncDirectory(fileSystem, directory)
}
