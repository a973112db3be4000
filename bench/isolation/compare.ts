/**
 * Whether the time of an answer tells what is another tenant's or account's from what is not there: the
 * resolvers of the whole product, foreign against missing, as `commonhold doctor isolation` times them.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compareTimes, openWorld, removeWorld, type Timing } from '@commonhold/isolation'
import { freePort } from '../../test/support/process.ts'
import { startNode, untilReady } from '../gateway/child.ts'
import type { Report, Say } from '../lib/report.ts'

const SAMPLES = 100
const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))

export async function compareIsolation(say: Say): Promise<Report> {
  say('isolation: making throw-away tenants')
  const timings = await withProduct(async (url, operatorKey) => {
    const world = await openWorld({ url, operatorKey })
    const onResolver = (done: number, of: number) => {
      if (done % 20 === 0) say(`isolation: ${done} of ${of} resolvers timed`)
    }
    const found = await compareTimes(world, { samples: SAMPLES, onResolver })
    await removeWorld(world.operator, world.tenants)
    return found
  })
  return { tables: [tableOf(timings)] }
}

function tableOf(timings: readonly Timing[]) {
  const effects = timings.map(({ slowerChance }) => Math.abs(slowerChance - 0.5))
  const different = timings.filter(({ differs }) => differs)
  const farthest = timings.toSorted((a, b) => Math.abs(b.deviations) - Math.abs(a.deviations))
  const shown = [...new Set([...different, ...farthest.slice(0, 5)])]
  return {
    title: `Isolation: ${different.length} of ${timings.length} resolvers tell foreign from missing by time`,
    columns: ['the farthest apart', 'foreign µs', 'missing µs', 'P(slower)', 'σ', 'samples'],
    rows: shown.map(
      ({ what, foreignMedianMicros, missingMedianMicros, slowerChance, deviations, samples }) =>
        [
          what,
          foreignMedianMicros,
          missingMedianMicros,
          slowerChance.toFixed(2),
          deviations.toFixed(1),
          samples,
        ] as const,
    ),
    notes: [
      'P(slower): chance that a foreign answer is slower than a missing one; 0.50 is no difference (Mann-Whitney).',
      `Farthest of all from 0.50: ${Math.max(...effects).toFixed(2)}. What differs was measured twice.`,
    ],
  }
}

async function withProduct<T>(use: (url: string, operatorKey: string) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'commonhold-bench-'))
  const child = startNode(null, [main], {
    COMMONHOLD_DATA_DIR: dataDir,
    COMMONHOLD_PORT: await freePort(),
  })
  try {
    const url = await untilReady(child, () => {
      const output = child.output()
      return output.includes('is running') ? (/Console\s+(\S+)/.exec(output)?.[1] ?? null) : null
    })
    return await use(url, readFileSync(join(dataDir, 'operator-key'), 'utf8').trim())
  } finally {
    await child.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
