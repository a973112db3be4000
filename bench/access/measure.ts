/** Decisions per second, by the processor time of this process or by the clock. */

/**
 * For as long as the clock allows; counted by this process's processor time, which other programs on
 * the machine lengthen least.
 * @param ask the question at an index below `count`
 * @returns decisions per second of processor time
 */
export function measure(
  ask: (index: number) => boolean,
  count: number,
  durationMs: number,
): number {
  // Looking at the clock costs as much as some decisions: it is looked at after a batch, which is
  // one question for subjects that take long.
  let batch = 1
  let next = 0
  let asked = 0
  const startMs = performance.now()
  const cpuBefore = process.cpuUsage()
  let elapsedMs = 0
  while (elapsedMs < durationMs) {
    for (let at = 0; at < batch; at++) {
      ask(next)
      next = next + 1 === count ? 0 : next + 1
    }
    asked += batch
    elapsedMs = performance.now() - startMs
    if (elapsedMs < durationMs / 10 && batch < count) batch *= 2
  }
  return (asked / cpuMsSince(cpuBefore)) * 1_000
}

/** @returns decisions per second by the clock, one after the other */
export async function measureByClock(
  ask: (index: number) => Promise<boolean>,
  count: number,
  durationMs: number,
): Promise<number> {
  const startMs = performance.now()
  let asked = 0
  while (performance.now() - startMs < durationMs) await ask(asked++ % count)
  return (asked / (performance.now() - startMs)) * 1_000
}

export function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
