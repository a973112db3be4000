/** The gateway's journal beside files that flush every record: durable records per second. */
import type { Report, Say } from '../lib/report.ts'
import { median } from '../lib/statistics.ts'
import { flushEachForItself, flushOneByOne } from './bare-file.ts'
import { type JournalBenchResult, journalRecordsPerSecond } from './commonhold.ts'

const IN_FLIGHT = 64
const ROUND_SECONDS = 1
const ROUNDS = 3

interface Subject {
  readonly name: string
  readonly run: () => Promise<JournalBenchResult>
  readonly results: JournalBenchResult[]
}

export async function compareJournal(say: Say): Promise<Report> {
  say('journal: durable records')
  const subject = (name: string, run: Subject['run']): Subject => ({ name, run, results: [] })
  const subjects = [
    subject('File, fdatasync per record, 1 caller', () => flushOneByOne(ROUND_SECONDS)),
    subject(`File, fdatasync per record, ${IN_FLIGHT} callers`, () =>
      flushEachForItself(IN_FLIGHT, ROUND_SECONDS),
    ),
    subject('Commonhold journal, 1 caller', () => journal(1)),
    subject(`Commonhold journal, ${IN_FLIGHT} callers`, () => journal(IN_FLIGHT)),
  ]
  for (const { run } of subjects) await run()
  for (let round = 0; round < ROUNDS; round++) {
    for (const { run, results } of subjects) results.push(await run())
  }
  const middle = (results: readonly JournalBenchResult[], key: keyof JournalBenchResult) =>
    median(results.map((result) => result[key]))
  const bare = middle(subjects[0]!.results, 'recordsPerSecond')
  return {
    tables: [
      {
        title: 'Journal: durable records',
        columns: ['', 'records/s', 'ratio', 'p50 ms', 'p99 ms'],
        rows: subjects.map(({ name, results }) => {
          const perSecond = middle(results, 'recordsPerSecond')
          const p50 = middle(results, 'latencyMsP50')
          return [name, perSecond, perSecond / bare, p50, middle(results, 'latencyMsP99')]
        }),
        notes: [
          'Every caller waits until its record is on the disk. A call of a model writes two.',
          'Ratio: to the file with one caller. All files are in the system’s temporary directory.',
        ],
      },
    ],
  }
}

function journal(inFlight: number): Promise<JournalBenchResult> {
  return journalRecordsPerSecond({ inFlight, seconds: ROUND_SECONDS })
}
