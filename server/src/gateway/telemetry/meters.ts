/**
 * What is counted of every call, whoever scrapes it and whether anybody does. So it costs a look-up and a
 * few additions, and no object per call; http/gateway-metrics.ts makes metrics of it when asked.
 *
 * Labels are routes, providers' kinds and closed lists of outcomes. No tenant, account, user, model or
 * token is one: their names are not the operator's to see, and nobody could bound their number.
 */
import type { FailureCode } from '../call/failure.ts'
import type { AttemptResult } from '../ledger/attempt.ts'

/** Upper bounds in seconds: from what this process takes to what a reasoning model takes. */
export const secondsBounds = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300,
] as const
/** Series of one kind; what comes after is counted under `other`. */
export const seriesMax = 200

export class Histogram {
  /** Not cumulative; the last one is above every bound. */
  readonly counts = new Float64Array(secondsBounds.length + 1)
  sum = 0

  observe(seconds: number): void {
    let at = 0
    while (at < secondsBounds.length && seconds > secondsBounds[at]!) at++
    this.counts[at]!++
    this.sum += seconds
  }
}

/** Calls of one route. */
export class RouteSeries {
  readonly route: string
  readonly seconds = new Histogram()
  readonly outcomes = new Map<FailureCode | 'ok', number>()

  constructor(route: string) {
    this.route = route
  }
}

/** Attempts of one route at one kind of provider. */
export class AttemptSeries {
  readonly route: string
  readonly provider: string
  readonly statuses = new Map<AttemptResult['status'], number>()
  readonly seconds = new Histogram()
  readonly firstByteSeconds = new Histogram()
  inputTokens = 0
  cachedInputTokens = 0
  outputTokens = 0
  costUsd = 0

  constructor(route: string, provider: string) {
    this.route = route
    this.provider = provider
  }
}

const nanosPerUsd = 1e9

export class Meters {
  readonly routes = new Map<string, RouteSeries>()
  readonly #attempts = new Map<string, Map<string, AttemptSeries>>()
  #series = 0

  answered(route: string, outcome: FailureCode | 'ok', seconds: number): void {
    let series = this.routes.get(route)
    if (series === undefined) {
      series = new RouteSeries(route)
      this.routes.set(route, series)
    }
    series.outcomes.set(outcome, (series.outcomes.get(outcome) ?? 0) + 1)
    series.seconds.observe(seconds)
  }

  /** @param headSeconds until the provider's answer began; null where it never did */
  attempted(
    route: string,
    provider: string,
    result: AttemptResult,
    seconds: number,
    headSeconds: number | null,
  ): void {
    const series = this.#attempts.get(route)?.get(provider) ?? this.#newSeries(route, provider)
    series.statuses.set(result.status, (series.statuses.get(result.status) ?? 0) + 1)
    series.seconds.observe(seconds)
    if (headSeconds !== null) series.firstByteSeconds.observe(headSeconds)
    series.inputTokens += result.inputTokens
    series.cachedInputTokens += result.cachedInputTokens
    series.outputTokens += result.outputTokens
    series.costUsd += Number(result.costNanos) / nanosPerUsd
  }

  get attempts(): AttemptSeries[] {
    return [...this.#attempts.values()].flatMap((byProvider) => [...byProvider.values()])
  }

  #newSeries(route: string, given: string): AttemptSeries {
    const byProvider = this.#attempts.get(route) ?? new Map<string, AttemptSeries>()
    this.#attempts.set(route, byProvider)
    const provider = this.#series < seriesMax ? given : 'other'
    const known = byProvider.get(provider)
    if (known) return known
    this.#series++
    const series = new AttemptSeries(route, provider)
    byProvider.set(provider, series)
    return series
  }
}
