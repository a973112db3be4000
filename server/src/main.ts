/**
 * Starts what the process was asked for: control plane, gateway, worker, in one process or in many.
 * Everything is made here and passed down; there is no global state.
 *
 * Where several gateway processes are asked for, this one supervises: it holds the database and the worker,
 * and the others serve (supervisor.ts).
 */
import cluster from 'node:cluster'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sayWelcome } from './banner.ts'
import { type Config, readConfig } from './config.ts'
import { createUseNotes } from './control/access-use.ts'
import { ensureFirstTenant } from './control/first-start.ts'
import { implementations } from './control/implementations.ts'
import { createDoor } from './control/run.ts'
import type { Services } from './control/services.ts'
import { createHasher } from './crypto/credential-hash.ts'
import { createVault } from './crypto/envelope.ts'
import { startDataPlane } from './data-plane.ts'
import { databaseProblem, type OpenedDatabase, startDatabase } from './database.ts'
import { createMetrics, metricsOfProcesses, type Readiness } from './http/health.ts'
import { serve } from './http/server.ts'
import { createLog, type Log } from './log.ts'
import { loadMasterKey } from './master-key.ts'
import { loadOperatorKey } from './operator-key.ts'
import { whenParentIsGone } from './parent.ts'
import { openDataDirectory } from './postgres/data-directory.ts'
import { metricsOfAll, type Seat, sayReady, takeSeat, whenToldToStop } from './process-link.ts'
import { whenSignalled } from './signals.ts'
import { StartupError } from './startup-error.ts'
import { type Stops, stopAll } from './stops.ts'
import { supervise } from './supervisor.ts'

const { version } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8'),
) as { version: string }
const consoleDirectory = fileURLToPath(new URL('../../console/dist', import.meta.url))
/** After running calls had their time: to ship what they used, and to close. */
const closeMsMax = 15_000

const onlySeat: Seat = { index: 0, count: 1, database: null, sandboxUrl: null }

interface Opened extends OpenedDatabase {
  readonly services: Services
  readonly operatorKeyFile: string | null
}

async function start(config: Config, seat: Seat | null, log: Log, stops: Stops): Promise<void> {
  const isFirst = seat === null && config.gatewayProcesses > 1 && config.roles.includes('gateway')
  const opened = await openServices(config, seat, log, stops)
  const { services } = opened
  // A gateway alone may start while the database is away: it asks for this itself.
  const isGatewayAlone = config.roles.join() === 'gateway'
  if (!isGatewayAlone) await opened.prepare()
  // The first of several processes has done this before it starts the others.
  const makesFirst = seat === null && config.roles.includes('control')
  const first = makesFirst ? await ensureFirstTenant(services, config) : null
  if (seat === null && config.roles.includes('worker'))
    await startReconcilers(config, services, stops)
  if (isFirst) await superviseOthers(config, opened, log, stops)
  else await serveHere(config, seat, opened, log, stops)
  if (seat !== null) return
  sayWelcome({
    config,
    publicUrl: services.publicUrl,
    oneTimeLink: first?.oneTimeLink ?? null,
    operatorKeyFile: opened.operatorKeyFile,
  })
}

async function openServices(
  config: Config,
  seat: Seat | null,
  log: Log,
  stops: Stops,
): Promise<Opened> {
  const directory = openDataDirectory(config.dataDir)
  const { key: masterKey } = loadMasterKey(config.masterKey, directory)
  const operator = loadOperatorKey(config.operatorKey, directory.path)
  const hasher = createHasher(masterKey)
  const vault = createVault(masterKey)
  const given = seat?.database ?? null
  const opened = await startDatabase(config, vault.masterKeyId, given, log, stops)
  const { database } = opened
  const uses = createUseNotes(database, log)
  stops.push(() => uses.stop())
  const services: Services = {
    database,
    hasher,
    vault,
    mode: config.mode,
    version,
    publicUrl: config.publicUrl ?? `http://localhost:${config.port}`,
    baseDomain: config.baseDomain,
    uses,
    operatorKeyHash: hasher.hash(operator.key),
    mails: config.smtpUrl !== null,
    sandbox: config.sandbox,
    allowPrivateUpstreams: config.allowPrivateUpstreams,
    log,
  }
  return { ...opened, services, operatorKeyFile: operator.file }
}

async function serveHere(
  config: Config,
  seat: Seat | null,
  { services, database, prepare }: Opened,
  log: Log,
  stops: Stops,
): Promise<void> {
  const has = (role: Config['roles'][number]) => config.roles.includes(role)
  const metrics = createMetrics(config.metricsToken, seat === null ? null : metricsOfAll)
  const readiness: Record<string, Readiness[string]> = {}
  // A gateway says itself when it can't do without.
  if (config.roles.join() !== 'gateway') readiness.database = () => databaseProblem(database)
  const options = { config, services, prepare, metrics, stops, seat: seat ?? onlySeat }
  const plane = has('gateway') ? await startDataPlane(options) : null
  if (plane) readiness.gateway = plane.problem
  const server = await serve({
    host: config.host,
    port: config.port,
    log,
    door: has('control') ? createDoor(services, implementations) : null,
    gateway: plane?.handle ?? null,
    readiness,
    metrics,
    consoleDirectory,
    secureCookies: services.publicUrl.startsWith('https:'),
  })
  stops.push(async () => {
    plane?.gateway.announceStop()
    if (plane) await pause(config.drainNoticeSeconds * 1_000)
    // Nobody new comes in while the calls that run come to their end.
    const closed = server.close()
    await plane?.gateway.stop(config.drainSeconds * 1_000)
    await closed
  })
  if (seat !== null) sayReady(server.port)
}

async function superviseOthers(
  config: Config,
  { embedded }: Opened,
  log: Log,
  stops: Stops,
): Promise<void> {
  const count = config.gatewayProcesses
  const sandboxUrl = config.sandbox ? await startSharedSandbox(stops) : null
  const seats = Array.from({ length: count }, (_, index) => ({
    index,
    count,
    database: embedded,
    sandboxUrl,
  }))
  const supervised = await supervise({ seats, log, metrics: metricsOfProcesses() })
  stops.push(() => supervised.stop())
}

async function startSharedSandbox(stops: Stops): Promise<string> {
  const { startSandbox } = await import('./sandbox/sandbox.ts')
  const sandbox = await startSandbox()
  stops.push(() => sandbox.close())
  return sandbox.url
}

async function startReconcilers(config: Config, services: Services, stops: Stops): Promise<void> {
  const { startWorker } = await import('./worker/worker.ts')
  const smtp = config.smtpUrl === null ? null : { url: config.smtpUrl, from: config.mailFrom! }
  const worker = await startWorker({ ...services, smtp })
  stops.push(() => worker.stop())
}

/** Takes the serving processes with it. */
function endNow(): void {
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL')
  process.exit(1)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function main(): Promise<void> {
  const stops: Stops = []
  let log: Log | undefined
  let config: Config | undefined
  let stopping: Promise<void> | undefined
  const stop = () => {
    if (stopping) return
    // Whatever hangs, the process ends: an orchestrator would kill it anyway, with less said.
    const drainSeconds = (config?.drainSeconds ?? 0) + (config?.drainNoticeSeconds ?? 0)
    const deadlineMs = drainSeconds * 1_000 + closeMsMax + (cluster.isPrimary ? 1_000 : 0)
    setTimeout(() => process.exit(1), deadlineMs).unref()
    stopping = starting
      .catch(() => undefined)
      .then(() => stopAll(stops, log!))
      .then(() => process.exit(0))
  }
  whenSignalled(stop, endNow)
  whenParentIsGone(stop)
  whenToldToStop(stop)
  const starting = (async () => {
    config = readConfig(process.env)
    log = createLog(config.logLevel)
    await start(config, cluster.isWorker ? await takeSeat() : null, log, stops)
  })()
  try {
    await starting
  } catch (error) {
    if (stopping) return
    await stopAll(stops, log ?? createLog('error'))
    if (!(error instanceof StartupError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

await main()
