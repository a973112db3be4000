/** The report as text, for whoever reads it without a program. */
import { sayFailure } from '../cases/case.ts'
import type { IsolationReport } from './check-isolation.ts'
import type { Count } from './run-matrix.ts'

const sign = (ok: boolean) => (ok ? '✓' : '✗')
const number = (value: number) => value.toLocaleString('en')

/** @returns lines */
export function sayReport(report: IsolationReport): string[] {
  const { server, startedAt, tookSeconds } = report
  return [
    `Isolation of Commonhold ${server.version} at ${server.url} (${server.mode})`,
    `Checked ${startedAt}, in ${tookSeconds} s.`,
    '',
    ...sayDatabase(report),
    '',
    ...sayMatrix(report),
    '',
    ...sayTiming(report),
    '',
    ...sayDeletion(report),
    '',
    ...report.matrix.failures.flatMap((failure) => [
      `✗ ${failure.operation}, to ${failure.actor}: ${failure.rule}, but`,
      ...sayFailure(failure)
        .split('\n')
        .map((line) => `    ${line}`),
      '',
    ]),
    sayResult(report),
  ]
}

function sayResult({ ok, complete, only }: IsolationReport): string {
  if (!complete) return 'Result: it was stopped on the way, and proves nothing.'
  const part = only === null ? '' : `, of the cases with “${only}”`
  return ok
    ? `Result: nothing failed${part}.`
    : `Result: NOT isolated, or not proven${part}: see ✗.`
}

function sayDatabase({ database }: IsolationReport): string[] {
  const { version, role, login, checks } = database
  return [
    `Database: PostgreSQL ${version}, asked as ${role}${login === role ? '' : `, logged in as ${login}`}`,
    ...checks.flatMap(({ ok, rule, problems }) => [
      `  ${sign(ok)} ${rule}`,
      ...problems.map((problem) => `      ${problem}`),
    ]),
  ]
}

function sayMatrix({ matrix }: IsolationReport): string[] {
  const table = (title: string, counts: Readonly<Record<string, Count>>) => {
    const width = Math.max(...Object.keys(counts).map(({ length }) => length))
    return [
      `  ${title}`,
      ...Object.entries(counts).map(
        ([name, { cases, failed }]) =>
          `  ${sign(failed === 0)} ${name.padEnd(width)}  ${number(cases).padStart(6)}` +
          (failed === 0 ? '' : `  ${number(failed)} failed`),
      ),
    ]
  }
  return [
    `Matrix: ${number(matrix.cases)} cases in two throw-away tenants, ${number(matrix.failed)} failed`,
    ...table('by who asks', matrix.byActor),
    ...table('by where the id stands', matrix.byPlace),
    ...table('by rule', matrix.byRule),
  ]
}

function sayTiming({ timing }: IsolationReport): string[] {
  if (timing === null) return ['Times: not compared']
  const different = timing.filter(({ differs }) => differs)
  const farthest = timing.toSorted((a, b) => Math.abs(b.deviations) - Math.abs(a.deviations))
  const shown = different.length > 0 ? different : farthest.slice(0, 3)
  return [
    `Times: ${timing.length} resolvers, foreign against missing; ${different.length} differ`,
    ...shown.map(
      ({ what, samples, foreignMedianMicros, missingMedianMicros, slowerChance, differs }) =>
        `  ${sign(!differs)} ${what}: median ${foreignMedianMicros} µs and ${missingMedianMicros} µs, ` +
        `foreign slower with chance ${slowerChance.toFixed(2)} (${samples} each)`,
    ),
  ]
}

function sayDeletion({ deletion, kept }: IsolationReport): string[] {
  if (deletion === null) {
    return [`Deletion: not tried; kept until their time is over: ${kept.join(', ')}`]
  }
  return [
    'Deletion of the throw-away tenants',
    ...deletion.flatMap(({ tenant, afterDeletion, afterRemoval }) => {
      const records = afterDeletion.filter(({ kept: why }) => why !== null)
      const left = [...afterDeletion.filter(({ kept: why }) => why === null), ...afterRemoval]
      return [
        `  ${sign(left.length === 0)} ${tenant}: deleted, only records stay ` +
          `(${records.map(({ table, rows }) => `${table} ${rows}`).join(', ')}); removed, nothing does`,
        ...left.map(({ table, rows }) => `      ${rows} rows are left in ${table}`),
      ]
    }),
  ]
}
