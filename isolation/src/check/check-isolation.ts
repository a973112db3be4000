/**
 * The whole check of an install: the rules of its database, the isolation matrix in throw-away tenants,
 * the times of its answers, and what deleting the tenants leaves. The tenants are deleted whatever
 * happens; if this program dies, the server removes them when their time is over.
 */
import { matrix } from '../cases/matrix.ts'
import { openWorld } from '../cases/open-world.ts'
import { program } from '../world/person.ts'
import { removeWorld, type World } from '../world/world.ts'
import { type MatrixReport, runMatrix } from './run-matrix.ts'
import { compareTimes, type Timing } from './timing.ts'

export const reportFormat = 1

interface TableRows {
  readonly table: string
  readonly rows: number
  /** Why they stay; null for what should not be there. */
  readonly kept: string | null
}

export interface IsolationReport {
  readonly format: typeof reportFormat
  readonly ok: boolean
  readonly server: { readonly url: string; readonly version: string; readonly mode: string }
  readonly startedAt: string
  readonly tookSeconds: number
  /** What the names of the cases had to have in them; null for all of the matrix. */
  readonly only: string | null
  /** False when it was stopped on the way: then it proves nothing. */
  readonly complete: boolean
  readonly database: {
    readonly version: string
    readonly role: string
    readonly login: string
    readonly checks: readonly {
      readonly name: string
      readonly rule: string
      readonly ok: boolean
      readonly problems: readonly string[]
    }[]
  }
  readonly matrix: MatrixReport
  /** Null when it was not asked for. */
  readonly timing: readonly Timing[] | null
  /** Null when the tenants are kept. */
  readonly deletion:
    | readonly {
        readonly tenant: string
        readonly afterDeletion: readonly TableRows[]
        readonly afterRemoval: readonly TableRows[]
      }[]
    | null
  readonly kept: readonly string[]
}

export interface CheckOptions {
  readonly url: string
  readonly gatewayUrl?: string | undefined
  readonly operatorKey: string
  /** After these the server removes the tenants by itself. */
  readonly minutes?: number | undefined
  /** Of each answer whose time is compared; 0 compares none. */
  readonly samples?: number | undefined
  /** Leaves the tenants until their time is over. */
  readonly keep?: boolean | undefined
  /** Only the cases and resolvers that have this in their names: to look at one thing again. */
  readonly only?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onStep?: (sentence: string) => void
}

/** @throws CommonholdError, such as when the server can't be reached or this is not the operator's key */
export async function checkIsolation(options: CheckOptions): Promise<IsolationReport> {
  const { url, operatorKey, keep = false, signal, onStep = () => {} } = options
  const startedAtMs = Date.now()
  const operator = program(url, operatorKey)
  const { version, mode } = await operator.client.deployment.get()
  onStep('Checking the rules of the database.')
  const found = await operator.client.operatorDatabase.check()

  const tenants: string[] = []
  let asked: Pick<IsolationReport, 'matrix' | 'timing'>
  let deletion: IsolationReport['deletion'] = null
  try {
    onStep('Making two throw-away tenants with everything in them.')
    const world = await openWorld({ ...options, onTenant: (name) => tenants.push(name) })
    asked = await askWorld(world, options)
  } finally {
    if (!keep) {
      onStep('Deleting the throw-away tenants, and looking for what is left.')
      deletion = await removeWorld(operator, tenants)
    }
  }
  const report = {
    format: reportFormat,
    server: { url, version, mode },
    startedAt: new Date(startedAtMs).toISOString(),
    tookSeconds: Math.round((Date.now() - startedAtMs) / 1_000),
    only: options.only ?? null,
    complete: signal?.aborted !== true,
    database: { ...found.database, checks: found.checks },
    ...asked,
    deletion,
    kept: keep ? tenants : [],
  } as const
  return { ...report, ok: isFine(report) }
}

async function askWorld(
  world: World,
  { only = '', samples, signal, onStep = () => {} }: CheckOptions,
): Promise<Pick<IsolationReport, 'matrix' | 'timing'>> {
  const cases = matrix.filter(({ operation, actor }) => `${operation}, ${actor}`.includes(only))
  onStep(`Asking the isolation matrix: ${cases.length} cases.`)
  const result = await runMatrix(world, cases, { signal })
  if (samples === 0) return { matrix: result, timing: null }
  onStep('Comparing the times of answers about foreign and about missing things.')
  return { matrix: result, timing: await compareTimes(world, { samples, only, signal }) }
}

function isFine(report: Omit<IsolationReport, 'ok'>): boolean {
  const { complete, database, matrix: asked, timing, deletion } = report
  return (
    complete &&
    database.checks.every(({ ok }) => ok) &&
    asked.failed === 0 &&
    asked.cases > 0 &&
    !(timing ?? []).some(({ differs }) => differs) &&
    (deletion ?? []).every(
      ({ afterDeletion, afterRemoval }) =>
        afterRemoval.length === 0 && afterDeletion.every(({ kept }) => kept !== null),
    )
  )
}
