/**
 * `decide` beside Cedar, casbin and plain SQL, in a tenant of 1,000 and of 100,000 grants.
 *
 * Before anything is timed, all subjects answer the same questions, and one that answers otherwise
 * than Commonhold stops the run: a fast wrong answer is worth nothing. Rounds are interleaved, so
 * that a disturbance of the machine meets everyone, and the middle round counts.
 */
import type { Say, Table } from '../lib/report.ts'
import { median } from '../lib/statistics.ts'
import { casbinByDomain, casbinByGrant } from './casbin.ts'
import { cedarByGrant, cedarByGroup } from './cedar.ts'
import { commonhold } from './commonhold.ts'
import type { Decider } from './decider.ts'
import { cpuMsSince, measure, measureByClock } from './measure.ts'
import { type SqlServer, startSql } from './sql.ts'
import { makeQuestions, makeWorld, type Question, type World } from './world.ts'

const sizes = [1_000, 100_000]
const deciders: readonly Decider[] = [
  commonhold,
  cedarByGrant,
  cedarByGroup,
  casbinByGrant,
  casbinByDomain,
]
const QUESTIONS = 2_000
/** The slowest takes part of a second for one answer: it is compared on as many as fit. */
const CHECK_MS_MAX = 2_000
const CHECKED_MIN = 6
const WARM_UP_MS = 300
const ROUND_MS = 400
const ROUNDS = 3

interface Subject {
  readonly name: string
  readonly loadMs: number
  readonly checked: number
  readonly measure: (durationMs: number) => number | Promise<number>
  readonly perSecond: number[]
}

export async function comparePeers(say: Say): Promise<Table[]> {
  const sql = await startSql()
  try {
    const tables: Table[] = []
    for (const size of sizes) tables.push(await compareAt(size, sql, say))
    return tables
  } finally {
    await sql.stop()
  }
}

async function compareAt(size: number, sql: SqlServer, say: Say): Promise<Table> {
  say(`access: a tenant of ${size.toLocaleString('en-US')} grants, beside the peers`)
  const world = makeWorld(size)
  const questions = makeQuestions(world, QUESTIONS)
  const ours = await subjectOf(commonhold, world, questions, null)
  const subjects = [ours.subject]
  for (const decider of deciders.slice(1)) {
    subjects.push((await subjectOf(decider, world, questions, ours.answers)).subject)
  }
  subjects.push(await sqlSubject(sql, world, questions, ours.answers))
  for (const subject of subjects) await subject.measure(WARM_UP_MS)
  for (let round = 0; round < ROUNDS; round++) {
    for (const { measure, perSecond } of subjects) perSecond.push(await measure(ROUND_MS))
  }
  const first = median(subjects[0]!.perSecond)
  const yes = ours.answers.filter(Boolean).length
  return {
    title: `Access decisions, ${size.toLocaleString('en-US')} grants in the tenant`,
    columns: [
      '',
      'decisions/CPU s',
      'µs each',
      'Commonhold is … times faster',
      'load ms',
      'checked',
    ],
    rows: subjects.map(({ name, perSecond, loadMs, checked }) => {
      const each = median(perSecond)
      return [name, each, 1e6 / each, first / each, loadMs, checked]
    }),
    notes: [
      `${questions.length} questions in rotation, ${yes} of them answered yes; all subjects agree on the checked ones.`,
      'Commonhold checks its other seven conditions too; the peers are asked about grants alone.',
      'SQL is counted by the clock, a round trip each: its work is done in another process.',
    ],
  }
}

async function subjectOf(
  decider: Decider,
  world: World,
  questions: readonly Question[],
  expected: readonly boolean[] | null,
): Promise<{ subject: Subject; answers: boolean[] }> {
  const before = process.cpuUsage()
  const ask = await decider.load(world, questions)
  const loadMs = cpuMsSince(before)
  const { name } = decider
  const answers = expected ? [] : questions.map((_, index) => ask(index))
  const checked = await checkAnswers(name, ask, questions, expected ?? answers)
  const run = (durationMs: number) => measure(ask, questions.length, durationMs)
  return { subject: { name, loadMs, checked, measure: run, perSecond: [] }, answers }
}

async function sqlSubject(
  sql: SqlServer,
  world: World,
  questions: readonly Question[],
  expected: readonly boolean[],
): Promise<Subject> {
  const name = 'plain SQL, prepared'
  const startMs = performance.now()
  const ask = await sql.load(world, questions)
  const loadMs = performance.now() - startMs
  const checked = await checkAnswers(name, ask, questions, expected)
  const run = (durationMs: number) => measureByClock(ask, questions.length, durationMs)
  return { name, loadMs, checked, measure: run, perSecond: [] }
}

/** @returns on how many questions the subject was compared; @throws Error where it differs */
async function checkAnswers(
  name: string,
  ask: (index: number) => boolean | Promise<boolean>,
  questions: readonly Question[],
  expected: readonly boolean[],
): Promise<number> {
  const endMs = performance.now() + CHECK_MS_MAX
  let checked = 0
  for (const [index, question] of questions.entries()) {
    if (checked >= CHECKED_MIN && performance.now() > endMs) break
    if ((await ask(index)) !== expected[index]) {
      throw new Error(`${name} does not agree on ${JSON.stringify(question)}`)
    }
    checked++
  }
  return checked
}
