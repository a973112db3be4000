/** What an orchestrator asks: is the process alive, may it have traffic, how is it doing. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { Refusal } from '@commonhold/contract'
import type { FastifyInstance } from 'fastify'
import { AggregatorRegistry, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** One part of the process: null when it is well, else a sentence. */
export type Readiness = Readonly<Record<string, () => Promise<string | null>>>

export interface Metrics {
  readonly registry: Registry
  /** All of it, in Prometheus' own format. */
  text(): Promise<string>
  /** What a scraper has to send; null where it need not. */
  readonly token: string | null
  countAnswer(operation: string, status: number, seconds: number): void
}

const secondsBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** @param ofAll reads the numbers of every process, where there are several */
export function createMetrics(
  token: string | null,
  ofAll: (() => Promise<string>) | null,
): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const answers = new Histogram({
    name: 'commonhold_api_request_seconds',
    help: 'Time to answer a control-plane request, in seconds.',
    labelNames: ['operation', 'status'],
    buckets: secondsBuckets,
    registers: [registry],
  })
  if (ofAll !== null) {
    AggregatorRegistry.setRegistries([registry])
    // Made for its listener: the first process asks for these numbers.
    new AggregatorRegistry()
  }
  return {
    registry,
    token,
    text: ofAll ?? (() => registry.metrics()),
    countAnswer: (operation, status, seconds) =>
      answers.observe({ operation, status: String(status) }, seconds),
  }
}

export function registerHealth(app: FastifyInstance, parts: Readiness, metrics: Metrics): void {
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (_, reply) => {
    const states = await Promise.all(
      Object.entries(parts).map(async ([name, ask]) => [name, await ask()] as const),
    )
    const ready = states.every(([, problem]) => problem === null)
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ready' : 'not ready',
      parts: Object.fromEntries(states.map(([name, problem]) => [name, problem ?? 'ok'])),
    })
  })
  app.get('/metrics', async (request, reply) => {
    if (!mayScrape(metrics.token, request.headers.authorization)) {
      throw new Refusal('not_signed_in', 'Send the metrics token: Authorization: Bearer …')
    }
    return reply.type(metrics.registry.contentType).send(await metrics.text())
  })
}

function mayScrape(token: string | null, header: string | undefined): boolean {
  if (token === null) return true
  // Digests have one length, and are compared in a time that tells nothing.
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(`Bearer ${token}`), digest(header ?? ''))
}

/** Of the first process: the numbers of all serving ones, summed or as each metric says. */
export function metricsOfProcesses(): () => Promise<string> {
  const aggregator = new AggregatorRegistry()
  return () => aggregator.clusterMetrics()
}
