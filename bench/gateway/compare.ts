/**
 * Commonhold's gateway with every guarantee on, beside no proxy, the least possible proxy and
 * Portkey's gateway: calls per second, latency, and chunks of streams per second.
 *
 * The load generator and the upstream share one core, the subject has another (Commonhold with its
 * database on that same one). Rounds are short and interleaved, so that a disturbance of the machine
 * meets everyone; the middle round counts.
 */
import { type Placement, placement } from '../lib/machine.ts'
import type { Report, Say, Table } from '../lib/report.ts'
import { median, quantile } from '../lib/statistics.ts'
import { costNanos } from './commonhold.ts'
import { type Driver, type Measured, startDriver } from './driver.ts'
import { type Subject, type Subjects, startSubjects } from './subjects.ts'
import { CHUNKS_PER_STREAM } from './wire.ts'

const CALLERS = 64
/**
 * Until what is called often has been compiled, or so many runs, for who is slow. A gateway runs for weeks; one
 * of 5,000 answers still takes twice as long for each as one of 25,000, and so does the bare proxy.
 */
const WARM_UP_ANSWERS = 25_000
const WARM_UP_RUNS_MAX = 20
const ROUND_SECONDS = 1
const atOnce = { callers: CALLERS, seconds: ROUND_SECONDS }

export async function compareGateway(say: Say): Promise<Report> {
  const where = placement()
  say('gateway: starting the subjects')
  const subjects = await startSubjects(where)
  const load = startDriver(where)
  try {
    const four = [subjects.direct, subjects.bare, subjects.portkey, subjects.commonhold]
    for (const subject of four) await warmUp(subject, load)
    say('gateway: calls per second')
    const closed = await load.rounds(four, false, () => atOnce)
    const perSecond = closed.map((results) => middle(results, (one) => one.answersPerSecond))
    say('gateway: latency')
    const half = await load.rounds(four, false, (index) => ({
      callsPerSecond: perSecond[index]! / 2,
      seconds: ROUND_SECONDS,
    }))
    const common = Math.min(...perSecond) / 2
    const same = await load.rounds(four, false, () => ({
      callsPerSecond: common,
      seconds: ROUND_SECONDS,
    }))
    say('gateway: streams')
    const streams = await load.rounds(four, true, () => atOnce)
    say('gateway: reading the books')
    const books = await bookNote(subjects, load)
    const notes = [placementNote(where), books]
    return {
      tables: [
        callTable(four, closed, half),
        latencyTable(four, same, common),
        streamTable(four, streams, notes),
      ],
    }
  } finally {
    await load.stop()
    await subjects.stop()
  }
}

async function warmUp(subject: Subject, load: Driver): Promise<void> {
  for (let run = 0; run < WARM_UP_RUNS_MAX; run++) {
    await load.run(subject, false, atOnce)
    if (load.answersOf(subject) >= WARM_UP_ANSWERS) break
  }
  await load.run(subject, true, atOnce)
}

function callTable(four: Subject[], closed: Measured[][], half: Measured[][]): Table {
  const rates = closed.map((results) => middle(results, (one) => one.answersPerSecond))
  const costs = closed.map(cpuMsPerCall)
  return {
    title: `Gateway: whole answers, ${CALLERS} callers`,
    columns: ['', ...rateColumns('calls/s'), 'CPU ms/call', 'half load p50 ms', 'p99 ms'],
    rows: four.map(({ name }, index) => [
      name,
      ...ratios(rates, index),
      costs[index]!,
      latency(half[index]!, 0.5),
      latency(half[index]!, 0.99),
    ]),
    notes: [
      'CPU: of all processes of the subject, which a busy machine disturbs least. By it the bare ' +
        `proxy costs ${part(costs[1]!, costs[3]!)} and Portkey ${part(costs[2]!, costs[3]!)} times ` +
        'what Commonhold costs.',
      'Half load: calls start at half of the calls/s in the row, each subject at its own.',
    ],
  }
}

function latencyTable(four: Subject[], same: Measured[][], callsPerSecond: number): Table {
  const direct = latency(same[0]!, 0.5)
  return {
    title: `Gateway: latency at ${Math.round(callsPerSecond)} calls/s for everyone`,
    columns: ['', 'p50 ms', 'p99 ms', 'added p50 ms'],
    rows: four.map(({ name }, index) => {
      const p50 = latency(same[index]!, 0.5)
      return [name, p50, latency(same[index]!, 0.99), index === 0 ? null : p50 - direct]
    }),
    notes: ['The rate is half of what the slowest subject reaches.'],
  }
}

function streamTable(four: Subject[], streams: Measured[][], notes: readonly string[]): Table {
  const rates = streams.map((results) => middle(results, (one) => one.eventsPerSecond))
  return {
    title: `Gateway: streams of ${CHUNKS_PER_STREAM} chunks, ${CALLERS} at once`,
    columns: ['', ...rateColumns('chunks/s'), 'CPU ms/stream'],
    rows: four.map(({ name }, index) => [
      name,
      ...ratios(rates, index),
      cpuMsPerCall(streams[index]!),
    ]),
    notes,
  }
}

const rateColumns = (rate: string) => [rate, 'of no proxy', 'of bare proxy', 'of Portkey']

/** The rate of a row, and what part it is of those of the peers. */
function ratios(rates: readonly number[], index: number): number[] {
  const own = rates[index]!
  return [own, own / rates[0]!, own / rates[1]!, own / rates[2]!]
}

function cpuMsPerCall(results: readonly Measured[]): number | null {
  if (results.some(({ cpuSeconds }) => cpuSeconds === null)) return null
  return middle(results, ({ cpuSeconds, answersTotal }) => (cpuSeconds! * 1_000) / answersTotal)
}

function part(one: number | null, other: number | null): string {
  return one === null || other === null ? 'an unknown number of' : (one / other).toPrecision(2)
}

/** Three budgets were in force: each must have settled what the answered calls cost, to the nano. */
async function bookNote({ commonhold, product }: Subjects, load: Driver): Promise<string> {
  // Two more were made to see that the answers are right.
  const calls = load.answersOf(commonhold) + 2
  const settled = await product.settled(calls)
  const expected = costNanos(calls)
  const count = calls.toLocaleString('en-US')
  if (settled.length === 3 && settled.every((nanos) => nanos === expected)) {
    return `Commonhold’s three budgets have settled exactly what its ${count} answered calls cost.`
  }
  return (
    `NOT EXACT: ${count} answered calls cost ${expected} nano-dollars, ` +
    `but the budgets have settled ${settled.join(', ')}.`
  )
}

function placementNote({ load, subject }: Placement): string {
  return load === null
    ? 'Nothing is kept on cores of its own: everything shares all cores.'
    : `Load and upstream on core ${load}, the subject (and PostgreSQL) on core ${subject}.`
}

function middle(results: readonly Measured[], figure: (result: Measured) => number): number {
  return median(results.map(figure))
}

function latency(results: readonly Measured[], part: number): number {
  return middle(results, ({ latenciesMs }) => quantile(latenciesMs, part))
}
