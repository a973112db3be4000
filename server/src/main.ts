/**
 * Starts what the process was asked for: control plane, gateway, worker, in one process or in many.
 * Everything is made here and passed down; there is no global state.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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
import { createMetrics, type Metrics, type Readiness } from './http/health.ts'
import { serve } from './http/server.ts'
import { createLog, type Log } from './log.ts'
import { loadMasterKey } from './master-key.ts'
import { loadOperatorKey } from './operator-key.ts'
import { whenParentIsGone } from './parent.ts'
import { nameServer } from './postgres/connection-problem.ts'
import { openDataDirectory } from './postgres/data-directory.ts'
import { startEmbedded } from './postgres/embedded.ts'
import { appUrlOf, checkOwnServer } from './postgres/own-server.ts'
import { StartupError } from './startup-error.ts'
import { type Database, openDatabase } from './store/database.ts'
import { keepMasterKeyId } from './store/deployment-setting.ts'
import { migrate } from './store/migrate.ts'

const { version } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8'),
) as { version: string }
const consoleDirectory = fileURLToPath(new URL('../../console/dist', import.meta.url))
const stopDeadlineMs = 30_000

/** What has been started, to be stopped in the opposite order. */
type Stops = (() => Promise<void>)[]

async function start(config: Config, log: Log, stops: Stops): Promise<void> {
  const directory = openDataDirectory(config.dataDir)
  const { key: masterKey } = loadMasterKey(config.masterKey, directory)
  const operator = loadOperatorKey(config.operatorKey, directory.path)
  const hasher = createHasher(masterKey)
  const vault = createVault(masterKey)
  const { database, prepare } = await startDatabase(config, vault.masterKeyId, log, stops)
  const has = (role: Config['roles'][number]) => config.roles.includes(role)
  // A gateway alone may start while the database is away: it asks for this itself.
  const isGatewayAlone = has('gateway') && config.roles.length === 1
  if (!isGatewayAlone) await prepare()
  const uses = createUseNotes(database, log)
  stops.push(() => uses.stop())
  const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`
  const services: Services = {
    database,
    hasher,
    vault,
    mode: config.mode,
    version,
    publicUrl,
    baseDomain: config.baseDomain,
    uses,
    operatorKeyHash: hasher.hash(operator.key),
    mails: config.smtpUrl !== null,
    sandbox: config.sandbox,
    allowPrivateUpstreams: config.allowPrivateUpstreams,
    log,
  }
  const metrics = createMetrics()
  const readiness: Record<string, Readiness[string]> = {}
  // A gateway says itself when it can't do without.
  if (!isGatewayAlone) readiness.database = () => databaseProblem(database)

  const first = has('control') ? await ensureFirstTenant(services, config) : null
  if (has('worker')) await startReconcilers(config, services, stops)
  const gateway = has('gateway')
    ? await startDataPlane(config, services, prepare, metrics, stops)
    : null
  if (gateway) readiness.gateway = gateway.problem

  const server = await serve({
    host: config.host,
    port: config.port,
    log,
    door: has('control') ? createDoor(services, implementations) : null,
    gateway: gateway?.handle ?? null,
    readiness,
    metrics,
    consoleDirectory,
    secureCookies: publicUrl.startsWith('https:'),
  })
  stops.push(() => server.close())
  sayWelcome({
    config,
    publicUrl,
    oneTimeLink: first?.oneTimeLink ?? null,
    operatorKeyFile: operator.file,
  })
}

interface OpenedDatabase {
  readonly database: Database
  /** Checks it and brings its schema up to date; once is enough. @throws StartupError */
  readonly prepare: () => Promise<void>
}

async function startDatabase(
  config: Config,
  masterKeyId: string,
  log: Log,
  stops: Stops,
): Promise<OpenedDatabase> {
  const { databaseUrl, appDatabaseUrl } = config
  const embedded =
    databaseUrl === null ? await startEmbedded({ dataDir: config.dataDir, log }) : null
  if (embedded) stops.push(() => embedded.stop())
  const ownerUrl = embedded?.ownerUrl ?? databaseUrl!
  const database = openDatabase(embedded?.appUrl ?? appUrlOf(databaseUrl!, appDatabaseUrl), {
    poolMax: config.dbPoolMax,
    onError: (error) => log.warn({ error: error.message }, 'lost a database connection'),
  })
  stops.push(() => database.close())
  let isPrepared = false
  const prepare = async () => {
    if (isPrepared) return
    const own = databaseUrl === null ? null : await checkOwnServer(databaseUrl, appDatabaseUrl)
    for (const warning of own?.warnings ?? []) log.warn(warning)
    const ran = await migrate(ownerUrl)
    if (ran.length > 0) log.info({ migrations: ran }, 'brought the database up to date')
    await refuseOtherMasterKey(database, masterKeyId)
    isPrepared = true
  }
  return { database, prepare }
}

async function startReconcilers(config: Config, services: Services, stops: Stops): Promise<void> {
  const { startWorker } = await import('./worker/worker.ts')
  const worker = await startWorker({ ...services, smtp: smtpOf(config) })
  stops.push(() => worker.stop())
}

/** Loaded only where it runs: the sandbox's tokenizer alone takes 75 MB. */
async function startDataPlane(
  config: Config,
  services: Services,
  prepare: () => Promise<void>,
  metrics: Metrics,
  stops: Stops,
) {
  const { startGateway } = await import('./gateway/gateway.ts')
  const { handleGateway } = await import('./http/gateway.ts')
  const { registerGatewayMetrics } = await import('./http/gateway-metrics.ts')
  const { startSandbox } = await import('./sandbox/sandbox.ts')
  const sandbox = config.sandbox ? await startSandbox() : null
  if (sandbox) stops.push(() => sandbox.close())
  const journalDirectory = join(config.dataDir, 'journal')
  mkdirSync(journalDirectory, { recursive: true, mode: 0o700 })
  const gateway = await startGateway({
    database: services.database,
    hasher: services.hasher,
    vault: services.vault,
    journalDirectory,
    snapshot: {
      directory: join(config.dataDir, 'snapshot'),
      databaseName: config.databaseUrl === null ? 'embedded' : nameServer(config.databaseUrl),
    },
    prepare,
    sandboxUrl: sandbox?.url ?? null,
    allowPrivateUpstreams: config.allowPrivateUpstreams,
    stalenessMsMax: config.snapshotStalenessSecondsMax * 1_000,
    log: services.log,
  })
  stops.push(() => gateway.stop())
  registerGatewayMetrics(metrics.registry, gateway)
  return { handle: handleGateway(gateway), problem: async () => gateway.problem() }
}

/** Another key would find no credential and open no secret, and look like a loss of data. */
async function refuseOtherMasterKey(database: Database, keyId: string): Promise<void> {
  const known = await database.withControlPlane((tx) => keepMasterKeyId(tx, keyId))
  if (known === keyId) return
  throw new StartupError(
    'The master key is not the one that this database was written with. Set COMMONHOLD_MASTER_KEY ' +
      'to that key, or restore the file master.key of the data directory.',
  )
}

function smtpOf(config: Config): { url: string; from: string } | null {
  return config.smtpUrl === null ? null : { url: config.smtpUrl, from: config.mailFrom! }
}

async function databaseProblem(database: Database): Promise<string | null> {
  try {
    await database.ping()
    return null
  } catch {
    return 'The database can not be reached.'
  }
}

/** Last started, first stopped: nobody loses what it stands on. */
async function stopAll(stops: Stops, log: Log): Promise<void> {
  for (const stop of stops.splice(0).reverse()) {
    await stop().catch((error: Error) => log.error({ error: error.message }, 'stopping failed'))
  }
}

async function main(): Promise<void> {
  const stops: Stops = []
  let log: Log | undefined
  let stopping: Promise<void> | undefined
  const stop = () => {
    if (stopping) return
    // Whatever hangs, the process ends: an orchestrator would kill it anyway, with less said.
    setTimeout(() => process.exit(1), stopDeadlineMs).unref()
    stopping = starting
      .catch(() => undefined)
      .then(() => stopAll(stops, log!))
      .then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  whenParentIsGone(stop)
  const starting = (async () => {
    const config = readConfig(process.env)
    log = createLog(config.logLevel)
    await start(config, log, stops)
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
