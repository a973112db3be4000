/** What takes time and may fail on the way: transactions, news to the other processes, and the disk. */
import type { SimulatedGateway } from './gateway.ts'
import { databaseMs, diskMs } from './setting.ts'
import type { Simulated } from './simulated.ts'

const timeoutMs = 1_000

const isCutOff = ({ clock }: Simulated, { cutOffUntilMs }: SimulatedGateway) =>
  cutOffUntilMs > clock.nowMs

/** @param lost what the process does when the answer does not come */
export function transaction<T>(
  simulated: Simulated,
  gateway: SimulatedGateway,
  work: () => T,
  answered: (result: T) => void,
  lost: () => void,
): void {
  const { clock, random, observer, db } = simulated
  const { epoch } = gateway
  const isSame = () => gateway.isUp && gateway.epoch === epoch
  clock.after(databaseMs / 2, () => {
    // A partition may cut the question or the answer.
    if (isCutOff(simulated, gateway) && random.next() < 0.5) {
      clock.after(timeoutMs, () => isSame() && lost())
      return
    }
    const result = work()
    observer.check(db)
    clock.after(databaseMs / 2, () => {
      if (!isSame()) return
      if (isCutOff(simulated, gateway)) clock.after(timeoutMs, () => isSame() && lost())
      else answered(result)
    })
  })
}

/** News for all other processes, through the database; lost for those that are cut off. */
export function tellOthers(
  simulated: Simulated,
  from: SimulatedGateway,
  hear: (other: SimulatedGateway) => void,
): void {
  for (const other of simulated.gateways) {
    if (other === from) continue
    simulated.clock.after(databaseMs, () => {
      if (other.isUp && !isCutOff(simulated, other)) hear(other)
    })
  }
}

/** What was written first is on disk first, though the disk becomes faster meanwhile. */
export function onDisk({ clock }: Simulated, gateway: SimulatedGateway, then: () => void): void {
  const { nowMs } = clock
  const atMs = Math.max(nowMs, gateway.diskSlowUntilMs, gateway.diskBusyUntilMs) + diskMs
  gateway.diskBusyUntilMs = atMs - diskMs
  clock.after(atMs - nowMs, then)
}
