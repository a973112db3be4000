/**
 * The credential that `login` keeps: one file in the user's configuration directory, which only the
 * user may read.
 */
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { UsageError } from './failure.ts'
import type { Io } from './io.ts'

export interface Credentials {
  /** Sent to this server and to no other. */
  readonly url: string
  /** Acted in when no `--account` is given. */
  readonly account: string | null
  readonly token?: string
  /** As in the Cookie header. */
  readonly cookie?: string
  readonly csrfToken?: string
}

const fileMode = 0o600
const directoryMode = 0o700

export function credentialsPath({ env }: Io): string {
  const config = env.XDG_CONFIG_HOME || join(env.HOME ?? homedir(), '.config')
  return join(config, 'commonhold', 'credentials.json')
}

/** @throws UsageError when the file is there but can't be read */
export async function readCredentials(io: Io): Promise<Credentials | null> {
  const path = credentialsPath(io)
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Partial<Credentials>
    if (typeof value.url === 'string') return { account: null, ...value, url: value.url }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
  }
  throw new UsageError(`${path} can’t be read. Remove it and sign in again: commonhold login`)
}

export async function writeCredentials(io: Io, credentials: Credentials): Promise<void> {
  const path = credentialsPath(io)
  const fresh = `${path}.${process.pid}`
  await mkdir(dirname(path), { recursive: true, mode: directoryMode })
  await writeFile(fresh, `${JSON.stringify(credentials, null, 2)}\n`, { mode: fileMode })
  // The mode above counts only for a new file.
  await chmod(fresh, fileMode)
  await rename(fresh, path)
}

export async function removeCredentials(io: Io): Promise<void> {
  await rm(credentialsPath(io), { force: true })
}
