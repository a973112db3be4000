/**
 * `decide` beside Cedar and casbin: decisions per second of processor
 * time on a tenant of 1,000 and of 100,000 grants.
 *
 * Before anything is timed, all subjects answer the same questions, and one that answers otherwise
 * than Commonhold stops the run: a fast wrong answer is worth nothing. Rounds are interleaved, so
 * that a disturbance of the machine meets everyone, and the middle round counts.
 */
import type { Report, Say, Table } from '../lib/report.ts'
import { median } from '../lib/statistics.ts'
import { casbinByDomain, casbinByGrant } from './casbin.ts'
import { cedarByGrant, cedarByGroup } from './cedar.ts'
import { commonhold } from './commonhold.ts'
import type { Decider } from './decider.ts'
import { makeQuestions, makeWorld, type Question } from './world.ts'

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
  readonly ask: (question: Question) => boolean
  readonly perSecond: number[]
}

export async function compareAccess(say: Say): Promise<Report> {
  const tables: Table[] = []
  for (const size of sizes) tables.push(await compareAt(size, say))
  return { tables }
}

async function compareAt(size: number, say: Say): Promise<Table> {
  say(`access: a tenant of ${size.toLocaleString('en-US')} grants`)
  const world = makeWorld(size)
  const questions = makeQuestions(world, QUESTIONS)
  const subjects: Subject[] = []
  let expected: boolean[] = []
  for (const decider of deciders) {
    const before = process.cpuUsage()
    const ask = await decider.load(world)
    const loadMs = cpuMsSince(before)
    if (decider === commonhold) expected = questions.map(ask)
    const checked = checkAnswers(decider.name, ask, questions, expected)
    subjects.push({ name: decider.name, loadMs, checked, ask, perSecond: [] })
  }
  for (const { ask } of subjects) measure(ask, questions, WARM_UP_MS)
  for (let round = 0; round < ROUNDS; round++) {
    for (const { ask, perSecond } of subjects) perSecond.push(measure(ask, questions, ROUND_MS))
  }
  const ours = median(subjects[0]!.perSecond)
  const yes = expected.filter(Boolean).length
  return {
    title: `Access decisions, ${size.toLocaleString('en-US')} grants in the tenant`,
    columns: [
      '',
      'decisions/CPU s',
      'µs each',
      'Commonhold is … times faster',
      'load CPU ms',
      'checked',
    ],
    rows: subjects.map(({ name, perSecond, loadMs, checked }) => {
      const each = median(perSecond)
      return [name, each, 1e6 / each, ours / each, loadMs, checked]
    }),
    notes: [
      `${QUESTIONS} questions, ${yes} of them answered yes; all subjects agree on the checked ones.`,
      'Commonhold checks its other seven conditions too; the peers are asked about grants alone.',
    ],
  }
}

/** @returns on how many questions the subject was compared; @throws Error where it differs */
function checkAnswers(
  name: string,
  ask: (question: Question) => boolean,
  questions: readonly Question[],
  expected: readonly boolean[],
): number {
  const endMs = performance.now() + CHECK_MS_MAX
  let checked = 0
  for (const [index, question] of questions.entries()) {
    if (checked >= CHECKED_MIN && performance.now() > endMs) break
    if (ask(question) !== expected[index]) {
      throw new Error(`${name} does not agree on ${JSON.stringify(question)}`)
    }
    checked++
  }
  return checked
}

/**
 * For as long as the clock allows; counted by this process's processor time, which other programs on
 * the machine lengthen least.
 * @returns decisions per second of processor time
 */
function measure(
  ask: (question: Question) => boolean,
  questions: readonly Question[],
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
    for (let count = 0; count < batch; count++) {
      ask(questions[next]!)
      next = next + 1 === questions.length ? 0 : next + 1
    }
    asked += batch
    elapsedMs = performance.now() - startMs
    if (elapsedMs < durationMs / 10 && batch < questions.length) batch *= 2
  }
  return (asked / cpuMsSince(cpuBefore)) * 1_000
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
