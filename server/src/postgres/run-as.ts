/**
 * Which system user the embedded PostgreSQL runs as.
 *
 * PostgreSQL refuses to run as root. A root Commonhold therefore starts it as an unprivileged user
 * that exists already; everybody else starts it as themselves. That user must be able to enter every
 * directory on the way to the data and to the program, which a home of mode 700 prevents.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartupError } from '../startup-error.ts'

const CANDIDATES = ['postgres', 'nobody']

/** The user PostgreSQL runs as, when it is not the user that Commonhold runs as. */
export interface RunAs {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * Chooses the user.
 * @param clusterDir the database directory; once it exists, its owner stays the user
 * @returns null when Commonhold is not root and starts PostgreSQL as itself
 * @throws StartupError when Commonhold is root and there is nobody to run as
 */
export function chooseRunAs(clusterDir: string): RunAs | null {
  if (process.getuid?.() !== 0) return null
  const owner = ownerOf(clusterDir)
  if (owner !== null && owner.uid !== 0) return { name: `uid ${owner.uid}`, ...owner }
  for (const name of CANDIDATES) {
    const uid = lookUp('-u', name)
    const gid = lookUp('-g', name)
    if (uid !== null && gid !== null && uid !== 0) return { name, uid, gid }
  }
  throw new StartupError(
    'Commonhold runs as root, and PostgreSQL can not: it needs an unprivileged user. Create one ' +
      '(useradd --system postgres), or start Commonhold as another user than root.',
  )
}

/**
 * Finds the first directory on the way to a path that the user may not enter.
 * @returns the directory, or null when the way is free
 */
export function blockedAt(path: string, user: RunAs): string | null {
  const way: string[] = []
  for (let at = path; ; at = dirname(at)) {
    way.unshift(at)
    if (dirname(at) === at) break
  }
  return way.find((directory) => !mayEnter(directory, user)) ?? null
}

/** Lets others pass through a directory of ours, without letting them list it. */
export function letPass(directory: string): void {
  const mode = statSync(directory).mode & 0o7777
  if ((mode & 0o011) !== 0o011) chmodSync(directory, mode | 0o011)
}

function mayEnter(directory: string, user: RunAs): boolean {
  const stat = statSync(directory)
  if (stat.uid === user.uid) return (stat.mode & 0o100) !== 0
  if (stat.gid === user.gid) return (stat.mode & 0o010) !== 0
  return (stat.mode & 0o001) !== 0
}

function ownerOf(path: string): { uid: number; gid: number } | null {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined ? null : { uid: stat.uid, gid: stat.gid }
}

function lookUp(flag: '-u' | '-g', name: string): number | null {
  try {
    const out = execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' })
    const id = Number.parseInt(out, 10)
    return Number.isNaN(id) ? null : id
  } catch {
    return null
  }
}
