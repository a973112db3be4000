/**
 * Where the embedded database listens: a unix socket in the data directory, which is fastest and
 * which nobody else can reach, or a free port of 127.0.0.1 where the path is too long for a socket.
 */
import { chownSync, mkdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { RunAs } from './run-as.ts'

/** sun_path holds 108 bytes on Linux and 104 on macOS, with the closing zero (unix(7)). */
const SOCKET_PATH_BYTES_MAX = process.platform === 'darwin' ? 103 : 107
/** On a unix socket the port is only a part of the file's name. */
const SOCKET_PORT = 5432

/** A place to listen on. */
export interface Address {
  readonly socketDir: string | null
  readonly port: number
}

/**
 * Prepares the place.
 * @param socketDir emptied and handed to the database's user, if its path is short enough
 */
export async function prepareAddress(socketDir: string, runAs: RunAs | null): Promise<Address> {
  const socket = join(socketDir, `.s.PGSQL.${SOCKET_PORT}`)
  if (Buffer.byteLength(socket) > SOCKET_PATH_BYTES_MAX) {
    return { socketDir: null, port: await freePort() }
  }
  // A lock of a crashed server whose process id is in use again would make PostgreSQL refuse.
  rmSync(socketDir, { recursive: true, force: true })
  mkdirSync(socketDir, { mode: 0o700 })
  if (runAs !== null) chownSync(socketDir, runAs.uid, runAs.gid)
  return { socketDir, port: SOCKET_PORT }
}

/** Writes the address as a connection URL that both node-postgres and libpq read. */
export function databaseUrl(at: Address, user: string, password: string, database: string): string {
  const host = at.socketDir === null ? '' : `?host=${encodeURIComponent(at.socketDir)}`
  const server = at.socketDir === null ? '127.0.0.1' : 'localhost'
  return `postgres://${user}:${encodeURIComponent(password)}@${server}:${at.port}/${database}${host}`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
