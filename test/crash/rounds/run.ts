/**
 * Rounds of kill -9 at the real processes, on a PostgreSQL that is killed as well: for `npm run prove --
 * gateway`. Progress is kept in a file, so that a run which was broken off goes on where it was.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withClient } from '../../../server/src/postgres/roles.ts'
import { type FreshDatabase, freshDatabaseOn } from '../../support/fresh-database.ts'
import type { TestServer } from '../../support/test-server.ts'
import { startDeploymentOn } from '../deployment.ts'
import { startUpstream } from '../upstream.ts'
import { type Round, runRound, type Stage, type Victim } from './round.ts'

export interface GatewayVerdict {
  readonly rounds: number
  readonly kills: Readonly<Record<Victim, number>>
  readonly served: number
  readonly billed: number
  /** Of the billed: charged at their worst case, because nobody knows how they ended. */
  readonly unknown: number
  readonly negativeControlFails: boolean
  readonly differences: readonly string[]
}

interface Progress {
  readonly seed: number
  readonly rounds: readonly Round[]
}

const progressFile = new URL('../../proof/results/gateway-rounds.json', import.meta.url)
const victims: readonly Victim[] = ['gateway', 'gateway', 'control', 'worker', 'database']

/** @param rounds how many, with the seeds from `seed` on; those of a run that was broken off count */
export async function proveGateway(
  seed: number,
  rounds: number,
  server: TestServer,
  log: (line: string) => void,
): Promise<GatewayVerdict> {
  const upstream = await startUpstream()
  const database = await freshDatabaseOn(server)
  await keepWhatIsCommitted(server, database)
  const deployment = await startDeploymentOn(database)
  const pid = await postmasterOf(server)
  const killDatabase = () => process.kill(pid(), 'SIGKILL')
  const stage: Stage = {
    deployment,
    upstream,
    victims,
    killDatabase,
    loadMsMax: 20_000,
    settleMsMax: 30_000,
  }
  try {
    const before = readProgress(seed)
    const done = [...before.rounds]
    if (done.length > 0) log(`Going on with seed ${before.seed} after ${done.length} rounds.`)
    while (done.length < rounds) {
      const round = await runRound(stage, before.seed + done.length)
      done.push(round)
      saveProgress({ seed: before.seed, rounds: done })
      log(`  ${done.length}/${rounds}: ${tell(round)}`)
    }
    const control = await runRound(
      {
        ...stage,
        victims: ['gateway'],
        forgetsJournal: true,
        loadMsMax: 5_000,
        settleMsMax: 3_000,
      },
      before.seed + rounds,
    )
    log(`  without a journal: ${tell(control)}`)
    rmSync(progressFile, { force: true })
    return verdict(done, control)
  } finally {
    await deployment.remove()
    upstream.close()
  }
}

function tell({ seed, killed, served, billed, unknown, problems }: Round): string {
  const what = problems.length === 0 ? 'agrees' : problems.join(' ')
  return `seed ${seed}, kill -9 of ${killed.join(', ')}; ${served} served, ${billed} billed, ${unknown} unknown: ${what}`
}

function verdict(rounds: readonly Round[], control: Round): GatewayVerdict {
  const sum = (read: (round: Round) => number) => rounds.reduce((all, one) => all + read(one), 0)
  const killsOf = (victim: Victim) => sum(({ killed }) => killed.filter((k) => k === victim).length)
  const differences = rounds.flatMap(({ seed, problems }) =>
    problems.map((problem) => `Seed ${seed}: ${problem}`),
  )
  const negativeControlFails = control.problems.length > 0
  if (!negativeControlFails) differences.push('Without a journal the books agreed all the same.')
  return {
    rounds: rounds.length,
    kills: {
      gateway: killsOf('gateway'),
      control: killsOf('control'),
      worker: killsOf('worker'),
      database: killsOf('database'),
    },
    served: sum(({ served }) => served),
    billed: sum(({ billed }) => billed),
    unknown: sum(({ unknown }) => unknown),
    negativeControlFails,
    differences,
  }
}

/**
 * The server of tests answers commits before it has written them, so its kill -9 loses half a second of
 * what it said was done. A server that somebody runs does not, and neither does this database.
 */
async function keepWhatIsCommitted(server: TestServer, { superuserUrl }: FreshDatabase) {
  const name = new URL(superuserUrl).pathname.slice(1)
  await withClient(server.superuserUrl, async (client) => {
    await client.query(`alter database ${name} set synchronous_commit = on`)
  })
}

async function postmasterOf({ superuserUrl }: TestServer): Promise<() => number> {
  const directory = await withClient(superuserUrl, async (client) => {
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    return rows[0]!.data_directory
  })
  return () => Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[0])
}

function readProgress(seed: number): Progress {
  if (!existsSync(progressFile)) return { seed, rounds: [] }
  return JSON.parse(readFileSync(progressFile, 'utf8')) as Progress
}

function saveProgress(progress: Progress): void {
  mkdirSync(new URL('.', progressFile), { recursive: true })
  writeFileSync(progressFile, JSON.stringify(progress))
}
