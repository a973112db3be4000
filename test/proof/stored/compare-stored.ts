/**
 * Worlds in a real PostgreSQL: what the control plane and the gateway make of the rows, against the
 * rule read over the same rows. First as they would be stored, then with rows forced in that never
 * would be: those may take something away, and give nobody anything.
 */
import { type AccessTarget, accountTarget, formatId, type TenantId } from '@commonhold/core'
import type { Client } from 'pg'
import { decideNaively, type World } from '../../../core/test/support/naive-access.ts'
import { type Database, openDatabase } from '../../../server/src/store/database.ts'
import type { FreshDatabase } from '../../support/fresh-database.ts'
import { type Random, randomFrom } from '../worlds/random.ts'
import { type IllFormed, illFormed, spoil } from './ill-formed.ts'
import { readNaively } from './read-naively.ts'
import {
  type Decide,
  type GatewayDecide,
  gatewayDeciders,
  loadTargets,
  type Seat,
  storeDeciders,
  type Targets,
} from './readers.ts'
import { type Rows, storedPermissionsAsked, storedWorld } from './rows.ts'
import { connect, dropConstraints, passOverTriggers, writeRows } from './write-rows.ts'
import { compareWriteRule } from './write-rule.ts'

export interface StoredCounts {
  worlds: number
  /** Worlds with rows that no constraint would let in. */
  illFormedWorlds: number
  decisions: number
  gatewayDecisions: number
  allowed: number
  /** Whether an author holds what he hands out or touches. */
  writeRuleChecks: number
  /** Refused because the rows could not even be read. */
  errors: number
  differences: string[]
  /** How many comparisons it took to see the first one. */
  checksUntilDifference: number | null
}

export interface StoredRun {
  readonly seed: number
  readonly worlds: number
  /** How many sorts of ill-formed rows in each world. Absent: now one, now two, now three. */
  readonly faultsAtOnce?: number
  /** Ends with the world in which something differs. */
  readonly untilDifference?: boolean
  readonly report?: (counts: StoredCounts) => void
  /** With the schema in force. */
  readonly strict: FreshDatabase
  /** A copy, from which this takes all constraints away. */
  readonly lax: FreshDatabase
}

const differencesShownMax = 5
const faultsAtOnceMax = 3
/** Of another tenant's things a few are enough: none of them is ever found. */
const foreignAsked = 2

export async function compareStored(run: StoredRun): Promise<StoredCounts> {
  const { seed, worlds, faultsAtOnce, strict, lax } = run
  const counts: StoredCounts = {
    worlds: 0,
    illFormedWorlds: 0,
    decisions: 0,
    gatewayDecisions: 0,
    allowed: 0,
    writeRuleChecks: 0,
    errors: 0,
    differences: [],
    checksUntilDifference: null,
  }
  const place = async ({ superuserUrl, appUrl }: FreshDatabase) => ({
    client: await connect(superuserUrl),
    database: openDatabase(appUrl, { poolMax: 2 }),
  })
  const good = await place(strict)
  const bad = await place(lax)
  try {
    await dropConstraints(bad.client)
    await passOverTriggers(bad.client)
    for (let index = 0; index < worlds; index++) {
      const worldSeed = seed * 1_000_000 + index
      const random = randomFrom(worldSeed)
      const rows = storedWorld(random)
      await writeRows(good.client, rows)
      const wellFormed = await compareWorld(good, rows, null, `${worldSeed}`, counts)
      await compareAuthors(good, rows, wellFormed, random, counts)
      counts.worlds++
      const faults = faultsFor(index, faultsAtOnce ?? 1 + (index % faultsAtOnceMax))
      const spoilt = spoil(rows, faults, random)
      await writeRows(bad.client, spoilt)
      const label = `${worldSeed} with ${faults.map(({ name }) => name).join(', ')}`
      await compareWorld(bad, spoilt, wellFormed, label, counts)
      counts.illFormedWorlds++
      run.report?.(counts)
      if (run.untilDifference && counts.differences.length > 0) break
    }
  } finally {
    for (const { client, database } of [good, bad]) {
      await client.end()
      await database.close()
    }
  }
  return counts
}

/** One after the other: alone, or so many at once. */
function faultsFor(index: number, atOnce: number): IllFormed[] {
  return Array.from(
    { length: atOnce },
    (_, nth) => illFormed[(index * atOnce + nth) % illFormed.length]!,
  )
}

interface Place {
  readonly client: Client
  readonly database: Database
}

/** @param wellFormed the world without its faults; null where it has none */
async function compareWorld(
  { client, database }: Place,
  rows: Rows,
  wellFormed: World | null,
  label: string,
  counts: StoredCounts,
): Promise<World> {
  const world = await readNaively(
    client,
    rows.tenant.map(({ id }) => id as string),
  )
  for (const { id } of rows.tenant) {
    const tenantId = formatId('tnt', id as string)
    const others = world.resources.filter(({ tenant }) => tenant !== id)
    const asked = [
      ...world.resources.filter(({ tenant }) => tenant === id),
      ...others.slice(0, foreignAsked),
    ]
    const targets = await loadTargets(database, tenantId, asked)
    const kinds = new Map(world.resources.map((one) => [one.id, one.kind]))
    const gateway = await gatewayDeciders(database, tenantId, kinds)
    const seats = seatsOf(rows, id as string)
    for (const [seat, store] of await storeDeciders(database, tenantId, seats)) {
      const said = { store, gateway: gateway(seat) }
      compareSeat({ world, wellFormed, seat, targets, tenantId, said, label }, counts)
    }
  }
  return world
}

/** The write rule, in a world as it would be stored. */
async function compareAuthors(
  { client, database }: Place,
  rows: Rows,
  world: World,
  random: Random,
  counts: StoredCounts,
): Promise<void> {
  for (const { id } of rows.tenant) {
    const tenantId = formatId('tnt', id as string)
    const check = (what: string, holds: boolean, detail: object) => {
      counts.writeRuleChecks++
      if (!holds) differ(counts, { what, ...detail })
    }
    const seats = seatsOf(rows, id as string)
    await compareWriteRule({ client, database, tenantId, world, seats, random, check })
  }
}

function differ(counts: StoredCounts, difference: object): void {
  const { decisions, gatewayDecisions, writeRuleChecks } = counts
  counts.checksUntilDifference ??= decisions + gatewayDecisions + writeRuleChecks
  if (counts.differences.length < differencesShownMax) {
    counts.differences.push(JSON.stringify(difference))
  }
}

/** Everybody in every account of the tenant, and every token in its own and in another one. */
function seatsOf(rows: Rows, tenant: string): Seat[] {
  const of = (list: Rows[keyof Rows]) => list.filter((one) => one.tenant_id === tenant)
  const accounts = of(rows.account).map(({ id }) => id as string)
  const people = of(rows.principal).flatMap(({ id }) =>
    accounts.map((account) => ({ principal: id as string, account, token: null })),
  )
  const programs = of(rows.token).flatMap((row) => {
    const token = {
      id: row.id as string,
      account: row.account_id as string,
      state: (row.state ?? 'active') as string,
      scopes: (row.scopes ?? null) as string[] | null,
    }
    const other = accounts.find((account) => account !== token.account)!
    const principal = row.principal_id as string
    return [token.account, other].map((account) => ({ principal, account, token }))
  })
  return [...people, ...programs]
}

interface Comparison {
  readonly world: World
  readonly wellFormed: World | null
  readonly seat: Seat
  readonly targets: Targets
  readonly tenantId: TenantId
  readonly said: {
    readonly store: Decide
    readonly gateway: GatewayDecide
  }
  readonly label: string
}

function compareSeat(comparison: Comparison, counts: StoredCounts): void {
  const { world, wellFormed, seat, targets, tenantId, said, label } = comparison
  const here = accountTarget({ tenantId, id: formatId('acct', seat.account) })
  const asked: [string | null, AccessTarget | null][] = [[null, here], ...targets]
  for (const [resource, target] of asked) {
    for (const permission of storedPermissionsAsked) {
      const question = { ...seat, permission, resource } as Parameters<typeof decideNaively>[1]
      const naive = decideNaively(world, question)
      const answers = [said.store(permission, target)]
      const atGateway = said.gateway(permission, resource)
      if (atGateway !== null) {
        answers.push(atGateway)
        counts.gatewayDecisions++
      }
      counts.decisions++
      if (naive === 'allowed') counts.allowed++
      const isInGood = wellFormed !== null && isThere(wellFormed, question)
      const without = isInGood ? decideNaively(wellFormed, question) : null
      for (const answer of answers) {
        if (answer === 'error') counts.errors++
        const wrong = whatIsWrong(answer, naive, wellFormed !== null, without)
        if (wrong !== null) differ(counts, { label, wrong, question, naive, answers, without })
      }
    }
  }
}

/** Null where nothing is. What can't be read is refused, which only faults and other tenants bring. */
function whatIsWrong(
  answer: string,
  naive: string,
  isSpoilt: boolean,
  without: string | null,
): string | null {
  if (answer === 'error') {
    return isSpoilt || naive === 'other_tenant' ? null : 'it could not be read'
  }
  if ((answer === 'allowed') !== (naive === 'allowed')) return 'the rule says otherwise'
  if (!isSpoilt) return answer === naive ? null : 'another reason'
  return answer === 'allowed' && without !== 'allowed' ? 'a fault allows it' : null
}

function isThere(world: World, question: { principal: string; resource: string | null }): boolean {
  const { principal, resource } = question
  return (
    world.principals.some(({ id }) => id === principal) &&
    (resource === null || world.resources.some(({ id }) => id === resource))
  )
}
