/**
 * Processor time of a process and of all that it has started. Unlike time by the clock it does not
 * grow when other programs want the same core, so it can be read on a busy machine too.
 */
import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts in this unit on every architecture (USER_HZ). */
const TICKS_PER_SECOND = 100

/**
 * @param pid the root of the tree of processes
 * @returns seconds since they began, children that have ended included; null where there is no /proc
 */
export function cpuSecondsOf(pid: number): number | null {
  const all = readProcesses()
  if (all === null) return null
  const tree = new Set([pid])
  // Parents may stand after their children: go on until nobody is new.
  for (let before = 0; before < tree.size; ) {
    before = tree.size
    for (const { pid: one, parent } of all) if (tree.has(parent)) tree.add(one)
  }
  const ticks = all.filter((one) => tree.has(one.pid)).reduce((sum, one) => sum + one.ticks, 0)
  return ticks / TICKS_PER_SECOND
}

interface ProcessTimes {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
}

function readProcesses(): ProcessTimes[] | null {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids.flatMap((pid) => readProcess(Number(pid)))
  } catch {
    return null
  }
}

function readProcess(pid: number): ProcessTimes[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in parentheses and may hold anything: count the fields after it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return [{ pid, parent: Number(fields[1]), ticks }]
  } catch {
    // It has ended since the folder was listed.
    return []
  }
}
