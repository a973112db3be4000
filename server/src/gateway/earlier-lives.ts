/** What earlier lives of a gateway left behind is settled: before it admits anything, or behind its back. */
import { keepTrying, type Link, reach } from './contact.ts'
import type { Journal } from './journal/journal.ts'
import {
  closeEarlier,
  endOpenIntents,
  mustBeApplied,
  recover,
  registerLate,
} from './ledger/recovery.ts'
import type { Shipper } from './ledger/shipper.ts'
import type { LeaseBook } from './limits/lease-book.ts'
import type { InFlight } from './serve/in-flight.ts'
import { type RunningTeller, tellWhatRuns } from './serve/running.ts'
import type { Kept } from './snapshot/keeping.ts'

export interface Settling {
  readonly link: Link
  readonly journal: Journal
  readonly shipper: Shipper
  readonly inFlight: InFlight
  readonly leases: LeaseBook
}

export interface Contact {
  stopTrying(): Promise<void>
  /** Says that this gateway has stopped. */
  close(): Promise<void>
}

/** Earlier lives are settled, before anything is admitted. */
export async function settleFirst({
  link,
  journal,
  shipper,
  inFlight,
  leases,
}: Settling): Promise<Contact> {
  const { database, feed, log } = link
  await recover(journal, shipper, database, feed.book.tenantIds, log)
  shipper.start()
  const teller = await tellWhatRuns({ database, inFlight, leases, source: journal, log })
  return { stopTrying: async () => undefined, close: teller.stop }
}

/** The same behind its back: until then the leases of earlier lives stay held, and nobody gets new ones. */
export async function settleLater(settling: Settling, kept: Kept): Promise<Contact> {
  const { link, journal, shipper, inFlight, leases } = settling
  const { database, feed, log } = link
  let teller: RunningTeller | undefined
  const through = await endOpenIntents(journal)
  const trying = keepTrying(
    [
      () => reach(link, kept),
      () => registerLate(journal, database),
      async () => shipper.start(),
      async () => {
        teller = await tellWhatRuns({ database, inFlight, leases, source: journal, log })
      },
      () => mustBeApplied(journal, through),
      () => closeEarlier(journal, database, feed.book.tenantIds, log),
    ],
    log,
  )
  return { stopTrying: trying.stop, close: async () => teller?.stop() }
}
