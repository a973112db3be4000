/** Runs cases in a world and counts them by who asked and where the id stood. */
import type { Case, Failure, IdPlace } from '../cases/case.ts'
import type { World } from '../world/world.ts'

/** Enough to keep a server busy, and too few to trip over its limits. */
export const casesAtOnce = 4
/** A report is to be read; the first hundred failures have one cause, mostly. */
export const failuresToldMax = 100

export interface Count {
  readonly cases: number
  readonly failed: number
}

export interface FailedCase extends Failure {
  readonly rule: string
  readonly actor: string
  readonly place: IdPlace
  readonly operation: string
}

export interface MatrixReport extends Count {
  readonly byActor: Readonly<Record<string, Count>>
  readonly byPlace: Readonly<Record<string, Count>>
  readonly byRule: Readonly<Record<string, Count>>
  /** The first of them. */
  readonly failures: readonly FailedCase[]
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  readonly onCase?: (done: number, of: number) => void
}

/** @returns early, with what was done until then, when the signal is aborted */
export async function runMatrix(
  world: World,
  cases: readonly Case[],
  { signal, onCase }: RunOptions = {},
): Promise<MatrixReport> {
  const done: (readonly [Case, Failure | null])[] = []
  const runAll = async (some: readonly Case[], atOnce: number) => {
    const queue = some.values()
    const work = async () => {
      for (const one of queue) {
        if (signal?.aborted) return
        done.push([one, await outcomeOf(one, world)])
        onCase?.(done.length, cases.length)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
  }
  await runAll(
    cases.filter(({ alone }) => alone !== true),
    casesAtOnce,
  )
  await runAll(
    cases.filter(({ alone }) => alone === true),
    1,
  )
  return reportOf(done)
}

async function outcomeOf(one: Case, world: World): Promise<Failure | null> {
  try {
    return await one.run(world)
  } catch (error) {
    return { why: `it could not be asked: ${(error as Error).message}`, exchanges: [] }
  }
}

function reportOf(done: readonly (readonly [Case, Failure | null])[]): MatrixReport {
  const countBy = (key: (one: Case) => string) =>
    Object.fromEntries(
      [...Map.groupBy(done, ([one]) => key(one))].map(([name, some]) => [name, countOf(some)]),
    )
  return {
    ...countOf(done),
    byActor: countBy(({ actor }) => actor),
    byPlace: countBy(({ place }) => place),
    byRule: countBy(({ rule }) => rule),
    failures: done
      .flatMap(([{ rule, actor, place, operation }, failure]) =>
        failure === null ? [] : [{ rule, actor, place, operation, ...failure }],
      )
      .slice(0, failuresToldMax),
  }
}

const countOf = (some: readonly (readonly [Case, Failure | null])[]): Count => ({
  cases: some.length,
  failed: some.filter(([, failure]) => failure !== null).length,
})
