/**
 * Holds the server of this copy of the repository against the rule, over stored worlds, until something
 * differs; prints what did and after how many comparisons, as JSON.
 *
 *     node test/mutants/run-server.ts <test server as JSON> <seed> <worlds>
 */
import { compareStored } from '../proof/stored/compare-stored.ts'
import { freshDatabaseOn } from '../support/fresh-database.ts'
import type { TestServer } from '../support/test-server.ts'

const [serverJson, seed, worlds] = process.argv.slice(2)
const server = JSON.parse(serverJson!) as TestServer
const strict = await freshDatabaseOn(server)
const lax = await freshDatabaseOn(server)
try {
  const counts = await compareStored({
    seed: Number(seed),
    worlds: Number(worlds),
    faultsAtOnce: 4,
    untilDifference: true,
    strict,
    lax,
  })
  const { differences, checksUntilDifference, decisions, gatewayDecisions, writeRuleChecks } =
    counts
  const checks = checksUntilDifference ?? decisions + gatewayDecisions + writeRuleChecks
  process.stdout.write(JSON.stringify({ checks, difference: differences[0] ?? null }))
} finally {
  await strict.drop()
  await lax.drop()
}
