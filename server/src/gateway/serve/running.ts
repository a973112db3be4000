/**
 * Answers what gateways are asked. Tells the control plane what runs here, when it asks: before a change that would end calls, somebody
 * wants to know which (docs/guides/how-access-works.md). It also says every few seconds that this
 * gateway lives, so that whoever asks knows whose answer to wait for. And it gives back what
 * idles here where another gateway lacks it. No request waits for any of it.
 */
import type { Database } from '../../store/database.ts'
import {
  type GatewayAnswer,
  insertAnswer,
  parseQuestion,
  questionChannel,
  type RunningGroup,
} from '../../store/gateway-question.ts'
import { saveSource, saveStopped, seenEveryMs } from '../../store/gateway-source.ts'
import { parseWanted } from '../../store/lease-wanted.ts'
import type { GatewayLog } from '../call/log.ts'
import type { LeaseBook } from '../limits/lease-book.ts'
import type { InFlight, RunningFacts } from './in-flight.ts'

/** What is alike is one group; more are only counted. */
export const groupsMax = 1_000

export interface RunningTeller {
  stop(): Promise<void>
}

interface Parts {
  readonly database: Database
  readonly inFlight: InFlight
  readonly leases: Pick<LeaseBook, 'reclaim'>
  readonly source: { readonly sourceId: string; readonly epoch: number }
  readonly log: GatewayLog
}

/** @throws what the database does */
export async function tellWhatRuns(parts: Parts): Promise<RunningTeller> {
  const { database, source, log } = parts
  const { sourceId, epoch } = source
  const pending = new Set<Promise<void>>()
  const begin = (work: () => Promise<void>) => {
    const done = work()
      .catch((error) => log.warn({ error: String(error) }, 'What runs here could not be told.'))
      .finally(() => pending.delete(done))
    pending.add(done)
  }
  const listener = await database.listen(
    questionChannel,
    (payload) => begin(() => answer(parts, payload)),
    () => undefined,
  )
  const timer = setInterval(() => {
    if (pending.size > 0) return
    begin(() => database.withControlPlane((tx) => saveSource(tx, sourceId, epoch)))
  }, seenEveryMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await listener.close()
      await Promise.all(pending)
      begin(() => database.withControlPlane((tx) => saveStopped(tx, sourceId)))
      await Promise.all(pending)
    },
  }
}

async function answer(parts: Parts, payload: string): Promise<void> {
  const { database, inFlight, source, leases } = parts
  const wanted = parseWanted(payload)
  if (wanted !== null) return leases.reclaim(wanted)
  const question = parseQuestion(payload)
  if (question === null) return
  const told = summarise(inFlight.factsOf(question.tenantId, Date.now()))
  const from = { ...question, sourceId: source.sourceId }
  await database.withTenant(question.tenantId, (tx) => insertAnswer(tx, from, told))
}

function summarise(running: readonly RunningFacts[]): GatewayAnswer {
  const groups = new Map<string, RunningGroup>()
  let more = 0
  for (const facts of running) {
    const key = [facts.tokenId, ...facts.needs.map(({ path }) => path[0])].join()
    const group = groups.get(key)
    if (group || groups.size < groupsMax) {
      groups.set(key, { ...facts, calls: (group?.calls ?? 0) + 1 })
    } else more++
  }
  return { groups: [...groups.values()], more }
}
