/**
 * What the figures were measured on, whether the machine was busy with something else, and how a
 * process is kept on its own cores.
 */
import { execFileSync } from 'node:child_process'
import { arch, availableParallelism, cpus, loadavg, platform, release } from 'node:os'

/** Above it, per core, the figures say more about the neighbours than about the subjects. */
const LOAD_PER_CORE_MAX = 0.5

export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly system: string
  readonly node: string
  readonly loadAverageAtStart: number
}

export function machineFacts(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    loadAverageAtStart: loadAverage(),
  }
}

/** The average of the last minute. On systems without one it is 0. */
export function loadAverage(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2))
}

/** A sentence of warning, or null when the machine is quiet enough. */
export function busyWarning({ cores, loadAverageAtStart }: Machine): string | null {
  if (loadAverageAtStart <= cores * LOAD_PER_CORE_MAX) return null
  return (
    `The load average is ${loadAverageAtStart} on ${cores} cores: others use this machine too. ` +
    'Read the ratios, not the figures, and measure again when it is quiet.'
  )
}

/** Which cores a role gets; null leaves the process where the system puts it. */
export interface Placement {
  readonly load: string | null
  readonly subject: string | null
}

/** Load and upstream on the first core, the subject on the second, where that can be had. */
export function placement(): Placement {
  if (availableParallelism() < 2 || !hasTaskset()) return { load: null, subject: null }
  return { load: '0', subject: '1' }
}

/**
 * @param cores as taskset writes them, or null
 * @returns the command and arguments that run a program on those cores
 */
export function pinned(cores: string | null, command: string, args: readonly string[]) {
  if (cores === null) return { command, args: [...args] }
  return { command: 'taskset', args: ['-c', cores, command, ...args] }
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-c', '0,1', process.execPath, '--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
