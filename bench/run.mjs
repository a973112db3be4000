/**
 * `npm run bench`, or `npm run bench -- gateway access lists journal usage scale isolation visibility` for some of it: measures Commonhold
 * and its peers side by side, prints tables and keeps them in results/latest.json.
 *
 * Peers are measured in the same minutes on the same machine; only the ratios mean something on
 * another one.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compareAccess } from './access/compare.ts'
import { compareGateway } from './gateway/compare.ts'
import { compareIsolation } from './isolation/compare.ts'
import { compareJournal } from './journal/compare.ts'
import { busyWarning, loadAverage, machineFacts } from './lib/machine.ts'
import { printTable } from './lib/report.ts'
import { compareLists } from './lists/compare.ts'
import { compareScale } from './scale/compare.ts'
import { compareUsage } from './usage/compare.ts'
import { compareVisibility } from './visibility/compare.ts'

const parts = {
  gateway: compareGateway,
  access: compareAccess,
  lists: compareLists,
  journal: compareJournal,
  usage: compareUsage,
  scale: compareScale,
  isolation: compareIsolation,
  visibility: compareVisibility,
}
const resultsDirectory = fileURLToPath(new URL('results', import.meta.url))

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(
    `There is no part ${unknown.join(', ')}. Say some of: ${Object.keys(parts).join(', ')}.`,
  )
  process.exit(1)
}

const machine = machineFacts()
console.log(
  `${machine.processor}, ${machine.cores} cores, ${machine.system}, node ${machine.node}, ` +
    `load average ${machine.loadAverageAtStart}`,
)
const warning = busyWarning(machine)
if (warning !== null) console.log(`\n  WARNING: ${warning}`)

const sinceMs = performance.now()
const measured = {}
for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  const loadBefore = loadAverage()
  const report = await parts[name]((text) => console.log(`  … ${text}`))
  measured[name] = { loadAverageBefore: loadBefore, ...report }
  for (const table of report.tables) printTable(table)
  console.log(`  · Load average before this part: ${loadBefore}.\n`)
}

mkdirSync(resultsDirectory, { recursive: true })
const results = { at: new Date().toISOString(), machine, warning, parts: measured }
writeFileSync(`${resultsDirectory}/latest.json`, `${JSON.stringify(results, null, 2)}\n`)
console.log(
  `Done in ${Math.round((performance.now() - sinceMs) / 1_000)} s; kept in bench/results/latest.json.`,
)
// A child that hangs must not keep the terminal.
process.exit(0)
