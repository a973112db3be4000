/** The data plane of one process, on its seat: a journal and a snapshot that nobody else writes. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import type { Services } from './control/services.ts'
import type { Metrics } from './http/health.ts'
import { nameServer } from './postgres/connection-problem.ts'
import type { Seat } from './process-link.ts'
import type { Stops } from './stops.ts'

interface DataPlaneOptions {
  readonly config: Config
  readonly services: Services
  readonly prepare: () => Promise<void>
  readonly metrics: Metrics
  readonly seat: Seat
  readonly stops: Stops
}

/** Loaded only where somebody asked for traces, by the variables of every OpenTelemetry program. */
async function tracingOf(version: string) {
  const { env } = process
  const isAsked = env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  if (!isAsked) return null
  return (await import('./tracing.ts')).openTracing(env, version)
}

/** The first has the names that a single process has. */
const nameOf = (what: string, index: number) => (index === 0 ? what : `${what}-${index}`)

/** Loaded only where it runs: the sandbox's tokenizer alone takes 75 MB. */
export async function startDataPlane(options: DataPlaneOptions) {
  const { config, services, prepare, metrics, stops, seat } = options
  const { startGateway } = await import('./gateway/gateway.ts')
  const { handleGateway } = await import('./http/gateway.ts')
  const { registerGatewayMetrics } = await import('./http/gateway-metrics.ts')
  const { startSandbox } = await import('./sandbox/sandbox.ts')
  const isOurs = config.sandbox && seat.sandboxUrl === null
  const sandbox = isOurs ? await startSandbox() : null
  if (sandbox) stops.push(() => sandbox.close())
  const journalDirectory = join(config.dataDir, nameOf('journal', seat.index))
  mkdirSync(journalDirectory, { recursive: true, mode: 0o700 })
  const gateway = await startGateway({
    database: services.database,
    hasher: services.hasher,
    vault: services.vault,
    journalDirectory,
    snapshot: {
      directory: join(config.dataDir, nameOf('snapshot', seat.index)),
      databaseName: config.databaseUrl === null ? 'embedded' : nameServer(config.databaseUrl),
    },
    prepare,
    sandboxUrl: sandbox?.url ?? seat.sandboxUrl,
    allowPrivateUpstreams: config.allowPrivateUpstreams,
    tracing: await tracingOf(services.version),
    stalenessMsMax: config.snapshotStalenessSecondsMax * 1_000,
    log: services.log,
  })
  stops.push(() => gateway.stop())
  if (seat.index === 0) void settleVacated(config.dataDir, seat.count, services)
  registerGatewayMetrics(metrics.registry, gateway)
  return { gateway, handle: handleGateway(gateway), problem: async () => gateway.problem() }
}

/**
 * Journals of seats that there are no more, because fewer processes run than did: what is in them is
 * applied, and what they leased goes back.
 */
async function settleVacated(dataDir: string, count: number, services: Services): Promise<void> {
  const { settleSource } = await import('./gateway/ledger/settle-source.ts')
  for (const name of readdirSync(dataDir)) {
    const index = Number(/^journal-(\d{1,4})$/.exec(name)?.[1] ?? -1)
    if (index < count || !existsSync(join(dataDir, name, 'identity.json'))) continue
    await settleSource(join(dataDir, name), services.database, services.log).catch((error: Error) =>
      services.log.error({ journal: name, error: error.message }, 'A journal of earlier is left.'),
    )
  }
}
