/** The database of a process: its own, the embedded one, or the embedded one that another process runs. */
import type { Config } from './config.ts'
import type { Log } from './log.ts'
import { startEmbedded } from './postgres/embedded.ts'
import { appUrlOf, checkOwnServer } from './postgres/own-server.ts'
import type { Seat } from './process-link.ts'
import { StartupError } from './startup-error.ts'
import type { Stops } from './stops.ts'
import { type Database, openDatabase } from './store/database.ts'
import { keepMasterKeyId } from './store/deployment-setting.ts'
import { migrate } from './store/migrate.ts'

/** Fewer would make the parts of one process wait for each other. */
const poolMin = 4

export interface OpenedDatabase {
  readonly database: Database
  /** The embedded one, for other processes; null beside one of the operator's own. */
  readonly embedded: Seat['database']
  /** Checks it and brings its schema up to date; once is enough. @throws StartupError */
  readonly prepare: () => Promise<void>
}

/** @param given the embedded one, where another process runs it */
export async function startDatabase(
  config: Config,
  masterKeyId: string,
  given: Seat['database'],
  log: Log,
  stops: Stops,
): Promise<OpenedDatabase> {
  const { databaseUrl, appDatabaseUrl } = config
  const isOurs = databaseUrl === null && given === null
  const started = isOurs ? await startEmbedded({ dataDir: config.dataDir, log }) : null
  if (started) stops.push(() => started.stop())
  const embedded = started ? { ownerUrl: started.ownerUrl, appUrl: started.appUrl } : given
  const ownerUrl = embedded?.ownerUrl ?? databaseUrl!
  const database = openDatabase(embedded?.appUrl ?? appUrlOf(databaseUrl!, appDatabaseUrl), {
    poolMax: poolMaxOf(config),
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
  return { database, embedded, prepare }
}

/** What the server may have is shared among its processes. */
function poolMaxOf({ dbPoolMax, gatewayProcesses, roles }: Config): number {
  if (gatewayProcesses === 1 || !roles.includes('gateway')) return dbPoolMax
  return Math.max(poolMin, Math.floor(dbPoolMax / gatewayProcesses))
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

/** @returns why it can't be used now, as a sentence; null where it can */
export async function databaseProblem(database: Database): Promise<string | null> {
  try {
    await database.ping()
    return null
  } catch {
    return 'The database can not be reached.'
  }
}
