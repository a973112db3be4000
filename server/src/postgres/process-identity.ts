/**
 * Tells one run of a process from another that was given the same process id.
 *
 * Process ids are reused, in containers at once and always the same ones, so that "a process with
 * this id exists" proves nothing. The id together with the start time does. A zombie counts as gone:
 * it holds no file and answers nobody, and a container without an init process never reaps it.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Says which run of a process has an id now.
 * @param pid a process id
 * @returns a text that differs for each run, or null when there is no such process
 */
export function processIdentity(pid: number): string | null {
  return process.platform === 'linux' ? linuxIdentity(pid) : psIdentity(pid)
}

function linuxIdentity(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`)
  if (stat === null) return null
  // The command name, in parentheses, may itself hold spaces and parentheses (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  const startTicks = fields[19]
  if (state === 'Z' || state === 'X' || startTicks === undefined) return null
  return `${readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}/${startTicks}`
}

function psIdentity(pid: number): string | null {
  try {
    const out = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
    const [, state, started] = /^\s*(\S+)\s+(.+?)\s*$/.exec(out) ?? []
    return started === undefined || state?.startsWith('Z') ? null : started
  } catch {
    return null
  }
}

/**
 * Names the set of processes in which a process id has a meaning: this machine, and on Linux its
 * process namespace, since two containers may share a data directory but not their process ids.
 */
export function processWorld(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

/** Says whether the process is a PostgreSQL server, as far as this user may see. */
export function isPostgres(pid: number): boolean {
  if (processIdentity(pid) === null) return false
  if (process.platform === 'linux') {
    const commandLine = readOrNull(`/proc/${pid}/cmdline`) ?? ''
    return /(^|\/)postgres(\0|:|$)/.test(commandLine)
  }
  try {
    return /postgres/.test(
      execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }),
    )
  } catch {
    return false
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
