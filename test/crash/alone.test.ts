/** A gateway that is killed while control plane and database are down starts again and serves. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { takeDatabaseAway } from '../../server/test/gateway/support/away.ts'
import { eventually } from '../support/eventually.ts'
import { known, makeCaller } from './caller.ts'
import { expectExact } from './exact.ts'
import { type Deployment, startDeployment } from './roles.ts'
import { startUpstream, type Upstream } from './upstream.ts'

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

it('from what it kept on disk, and bills what it served when the database is back', async () => {
  const { admin, database, url } = deployment
  const limited = await makeCaller(admin, upstream, 'limited', '100')
  const free = await makeCaller(admin, upstream, 'unlimited', '100')
  await admin.client.budget.delete({ account: 'root', budget: 'unlimited' })
  await known(limited, url.gateway)
  await known(free, url.gateway)
  await free.billed(1)
  // The one that is under way may not have it all, the next one has.
  await isSaved(deployment.dataDir('gateway'))
  await isSaved(deployment.dataDir('gateway'))

  await deployment.kill('control')
  await deployment.kill('gateway')
  const giveBack = await takeDatabaseAway(database.superuserUrl)
  try {
    await deployment.start('gateway')
    expect((await fetch(`${url.gateway}/readyz`)).status).toBe(200)
    for (let n = 0; n < 5; n++) expect((await free.call(url.gateway)).status).toBe(200)
    const refused = await limited.call(url.gateway)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  } finally {
    await giveBack()
  }
  await deployment.start('control')
  await eventually('the budget can be asked', async () => {
    return (await limited.call(url.gateway)).status === 200
  })
  expectExact(await free.billed(6), free.served())
}, 60_000)

async function isSaved(dataDir: string): Promise<void> {
  const index = join(dataDir, 'snapshot', 'index')
  const before = statSync(index).mtimeMs
  await eventually('a save', async () => statSync(index).mtimeMs > before)
}
