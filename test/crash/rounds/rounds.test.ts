/**
 * A few rounds of `npm run prove -- gateway`, and the proof that they would notice: without a journal they
 * fail.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Deployment } from '../deployment.ts'
import { startDeployment } from '../roles.ts'
import { startUpstream, type Upstream } from '../upstream.ts'
import { runRound } from './round.ts'

let deployment: Deployment
let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream()
  deployment = await startDeployment()
}, 120_000)
afterAll(async () => {
  await deployment?.remove()
  upstream?.close()
}, 60_000)

it.each([1, 2])(
  'kill -9 under load, then every nano-dollar is accounted for (T43): seed %i',
  async (seed) => {
    const victims = ['gateway', 'control', 'worker'] as const
    const round = await runRound(
      { deployment, upstream, victims, loadMsMax: 10_000, settleMsMax: 15_000 },
      seed,
    )
    expect(round.problems).toEqual([])
    expect(round.served).toBeGreaterThan(10)
  },
)

it('without a journal the books do not agree, and the round says so', async () => {
  const stage = {
    deployment,
    upstream,
    victims: ['gateway'] as const,
    loadMsMax: 4_000,
    settleMsMax: 2_000,
  }
  const round = await runRound({ ...stage, forgetsJournal: true }, 3)
  expect(round.killed).toContain('gateway')
  expect(round.problems).not.toEqual([])
})
