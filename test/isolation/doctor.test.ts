/**
 * `commonhold doctor isolation`, as an operator types it, on a server with one tenant; and what makes it
 * fail: servers that answer foreign ids otherwise than missing ones, played by a proxy before the real one.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  compareRanks,
  compareTimes,
  type IsolationReport,
  matrix,
  missingLike,
  openWorld,
  program,
  runMatrix,
  type World,
} from '@commonhold/isolation'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withClient } from '../../server/src/postgres/roles.ts'
import { eventually } from '../support/eventually.ts'
import { startProduct, type TestProduct } from '../support/server.ts'
import { openShell, type Shell } from '../support/shell.ts'
import { type Answering, startProxy } from './proxy.ts'

let product: TestProduct
let shell: Shell
const folder = mkdtempSync(join(tmpdir(), 'commonhold-doctor-'))
const keyFile = () => join(product.dataDir, 'operator-key')

beforeAll(async () => {
  product = await startProduct()
  shell = openShell({ COMMONHOLD_URL: product.url })
})
afterAll(async () => {
  shell?.close()
  await product?.remove()
  rmSync(folder, { recursive: true, force: true })
})

async function tenants(): Promise<string[]> {
  const operator = program(product.url, product.operatorKey)
  return (await operator.client.operatorTenant.list()).items.map(({ name }) => name)
}

describe('the command', () => {
  it('prints a report, writes it, and leaves nothing behind', async () => {
    const output = join(folder, 'report.json')
    const { code, out } = await shell.type(
      `doctor isolation --operator-key-file ${keyFile()} --only team.get --samples 2 --output ${output}`,
    )
    expect(out).toContain('✓ Every table with tenants’ data has row-level security')
    expect(out).toContain('✓ another tenant’s admin')
    expect(out).toContain('removed, nothing does')
    expect(out.trimEnd()).toMatch(/Result: nothing failed, of the cases with “team.get”\.$/)
    expect(code).toBe(0)
    const report = JSON.parse(readFileSync(output, 'utf8')) as IsolationReport
    expect(report).toMatchObject({ ok: true, complete: true, only: 'team.get' })
    expect(report.matrix.cases).toBeGreaterThan(15)
    expect(readFileSync(output, 'utf8')).not.toContain(product.operatorKey)
    expect(await tenants()).toEqual(['commonhold'])
  })

  it('says how to give the operator key, and refuses a wrong one', async () => {
    const without = await shell.type('doctor isolation')
    expect(without).toMatchObject({ code: 2, out: '' })
    expect(without.err).toContain('COMMONHOLD_OPERATOR_KEY')
    const wrong = await shell.with({ COMMONHOLD_OPERATOR_KEY: 'wrong' }).type('doctor isolation')
    expect(wrong).toMatchObject({ code: 1, out: '' })
    expect(wrong.err).toContain('operator')
  })

  it('deletes the tenants when it is stopped, and says that it proves nothing', async () => {
    const { child, said } = await askingNow()
    child.kill('SIGINT')
    const [code] = (await once(child, 'close')) as [number | null]
    expect(said()).toContain('stopped on the way')
    expect(code).toBe(1)
    expect(await tenants()).toEqual(['commonhold'])
  })

  it('keeps the tenants when asked to, until the server removes them when their time is over', async () => {
    const { code, out } = await shell.type(
      `doctor isolation --operator-key-file ${keyFile()} --only team.get --samples 0 --keep`,
    )
    expect(code).toBe(0)
    const kept = (await tenants()).filter((name) => name.startsWith('check-'))
    expect(kept).toHaveLength(2)
    expect(out).toContain(kept[0])
    // Who made them may as well have died: the server looks at nothing but the time.
    await withClient(product.database.superuserUrl, (client) =>
      client.query('update tenant set check_until = now() where check_until is not null'),
    )
    product = await product.stop().then(() => product.restart())
    await eventually('the tenants to go', async () => (await tenants()).length === 1)
  })
})

/** The command, once it asks the matrix. */
async function askingNow(): Promise<{ child: ChildProcess; said: () => string }> {
  const bin = fileURLToPath(new URL('../../cli/bin/commonhold.mjs', import.meta.url))
  const words = ['doctor', 'isolation', '--operator-key-file', keyFile(), '--url', product.url]
  const child = spawn(process.execPath, [bin, ...words], {
    env: { PATH: process.env.PATH, HOME: folder },
  })
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (said += chunk))
  await eventually('the matrix to be asked', async () => said.includes('Asking'), 60_000)
  return { child, said: () => said }
}

describe('it fails on a server', () => {
  const team = /\/teams\/(team_[a-z0-9]+)$/
  const missing = missingLike('team_01900000000000000000000000')

  /** Whether the answer is the refusal of a team that is there, for somebody else. */
  const isForeign: Answering['when'] = ({ url, status }) =>
    status === 404 && team.test(url) && !url.endsWith(missing)

  let world: World
  beforeAll(async () => {
    world = await openWorld({ url: product.url, operatorKey: product.operatorKey })
  })

  /** The same world, asked through a server that answers otherwise. */
  const through = async <T>(
    answering: Answering,
    act: (there: World) => Promise<T>,
  ): Promise<T> => {
    const proxy = await startProxy(product.url, answering)
    try {
      return await act({ ...world, url: proxy.url })
    } finally {
      await proxy.close()
    }
  }

  const reads = matrix.filter(({ operation }) => operation.startsWith('team.get'))

  const broken: readonly (readonly [string, Answering['change'], string])[] = [
    ['that says 403 of what is another’s', (answer) => ({ ...answer, status: 403 }), 'status 403'],
    [
      'that words the refusal of what is another’s otherwise',
      (answer) => ({ ...answer, body: answer.body.replace('There is no', 'You may not see the') }),
      'the bodies differ',
    ],
    [
      'that sends another header about what is another’s',
      (answer) => ({ ...answer, headers: { ...answer.headers, etag: '"7"' } }),
      'the headers differ',
    ],
    ['that shows what is another’s', (answer) => ({ ...answer, status: 200 }), 'status 200'],
  ]

  it.each(broken)('%s', async (_, change, why) => {
    const found = await through({ when: isForeign, change }, (there) => runMatrix(there, reads))
    expect(found.failed).toBeGreaterThan(0)
    const [failure] = found.failures.filter((one) => one.actor.includes('own admin'))
    expect(failure!.why).toContain(why)
    expect(failure!.exchanges).toHaveLength(2)
  })

  it('that is slower about what is another’s', async () => {
    const timing = await through({ when: isForeign, delayMs: 100 }, (there) =>
      compareTimes(there, { samples: 15, only: 'team.get, another account' }),
    )
    expect(timing.map(({ differs }) => differs)).toEqual([true])
  })

  it('that lets in whoever makes up a token', async () => {
    const letsIn: Answering = {
      when: ({ status, authorization }) => status === 401 && authorization.includes('madeup'),
      change: (answer) => ({ ...answer, status: 200 }),
    }
    const found = await through(letsIn, (there) => runMatrix(there, reads))
    const actors = new Set(found.failures.map(({ actor }) => actor))
    expect([...actors]).toEqual(['a program with a token that it made up'])
  })
})

describe('ranks', () => {
  const rising = Array.from({ length: 50 }, (_, i) => i)

  it('are alike of the same numbers, and apart of those that lie apart', () => {
    expect(compareRanks(rising, rising)).toEqual({ slowerChance: 0.5, deviations: 0 })
    const above = rising.map((value) => value + 100)
    expect(compareRanks(above, rising).slowerChance).toBe(1)
    expect(compareRanks(rising, above).slowerChance).toBe(0)
    expect(compareRanks(above, rising).deviations).toBeGreaterThan(8)
  })
})
