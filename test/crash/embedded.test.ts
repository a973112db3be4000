/**
 * The all-in-one process with its embedded PostgreSQL, and kill -9 of either: what was paid for stays on
 * the bill, and nobody is served without being metered while the database is away.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Person, password, signIn } from '../support/people.ts'
import { freePort, type ServerProcess, startServer } from '../support/process.ts'
import { type Answered, known, makeCaller, totalNanos } from './caller.ts'
import { expectExact } from './exact.ts'
import { startUpstream, type Upstream } from './upstream.ts'

const root = { account: 'root' }
const dataDir = mkdtempSync(join(tmpdir(), 'commonhold-test-'))
let port: string
let server: ServerProcess
let upstream: Upstream
let admin: Person

const start = () =>
  startServer({
    COMMONHOLD_PORT: port,
    COMMONHOLD_DATA_DIR: dataDir,
    COMMONHOLD_ADMIN_EMAIL: 'ana@example.com',
    COMMONHOLD_ADMIN_PASSWORD: password,
    COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS: 'true',
  })

beforeAll(async () => {
  upstream = await startUpstream()
  port = await freePort()
  server = await start()
  admin = await signIn(server.url, 'ana@example.com')
}, 120_000)
afterAll(async () => {
  upstream?.close()
  await server?.stop()
  // Where a test failed between kill and start, the database is an orphan.
  try {
    process.kill(postmasterPid(), 'SIGQUIT')
  } catch {
    // It has ended with the server, as it should.
  }
  rmSync(dataDir, { recursive: true, force: true })
}, 60_000)

function postmasterPid(): number {
  const [pid] = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')
  return Number(pid)
}

/** A refusal that says to come back, and no other. */
function expectServedOrLater({ status, headers, text }: Answered) {
  if (status === 200) return
  expect(status, text).toBe(503)
  expect(Number(headers.get('retry-after')), text).toBeGreaterThan(0)
}

it('kill -9 of PostgreSQL: it comes back, and whatever was served is on the bill', async () => {
  const { url } = server
  const caller = await makeCaller(admin, upstream, 'during-outage', '100')
  await known(caller, url)
  const answers: Answered[] = []
  const management: Answered[] = []
  const during = { isOver: false }
  const calling = async () => {
    while (!during.isOver) answers.push(await caller.call(url))
  }
  const managing = async () => {
    while (!during.isOver) {
      const response = await fetch(`${url}/api/v1/accounts/root/teams`, { headers: admin.headers })
      const { status, headers } = response
      management.push({ status, headers, text: await response.text() })
    }
  }
  const work = Promise.all([calling(), calling(), calling(), managing()])
  await eventually('calls before', async () => answers.length >= 10)
  const killed = postmasterPid()
  process.kill(killed, 'SIGKILL')
  await eventually(
    'the database to be up again',
    async () => {
      const ready = await fetch(`${url}/readyz`).catch(() => null)
      return ready?.status === 200 && postmasterPid() !== killed
    },
    25_000,
  )
  const served = caller.served().length
  await eventually('calls afterwards', async () => caller.served().length >= served + 10)
  during.isOver = true
  await work

  for (const answer of [...answers, ...management]) expectServedOrLater(answer)
  expect(
    management.some((answer) => answer.status === 503),
    'the outage was seen',
  ).toBe(true)
  const paid = answers.filter(({ status }) => status === 200).length
  const asked = { groupBy: 'principal' as const }
  const sum = await eventually('the whole bill', async () => {
    const { groups } = await admin.client.usage.summary({ ...root, ...asked })
    const own = groups.find(({ name }) => name === caller.name)
    return own?.requests === caller.served().length && own
  })
  // The first call, which found that the caller is known, is one more.
  expect(sum.requests).toBe(paid + 1)
  const counted = caller.served().reduce((all, one) => all + costOf(one), 0n)
  expect(BigInt(sum.costNanos)).toBe(counted)
  const status = await fetch(`${url}/healthz`)
  expect(status.status).toBe(200)
}, 60_000)

const costOf = ({ inputTokens, outputTokens }: { inputTokens: number; outputTokens: number }) =>
  BigInt(inputTokens) * 1_000_000n + BigInt(outputTokens) * 2_000_000n

it('kill -9 of everything: the same bill afterwards, and what was cut off is flagged', async () => {
  const caller = await makeCaller(admin, upstream, 'cut-off', '100')
  await known(caller, server.url)
  for (let n = 0; n < 5; n++) await caller.call(server.url, n % 2 === 0 ? {} : { stream: true })
  const before = await caller.billed(6)
  const invoices = await admin.client.invoice.list(root)
  caller.leave(server.url, 2)
  caller.leave(server.url, 2, { stream: true })
  await eventually('four calls at the provider', async () => caller.served().length === 10)

  await server.kill()
  server = await start()
  const after = await caller.billed(10)
  expectExact(after, caller.served())
  expect(after.filter(({ status }) => status === 'unknown')).toHaveLength(4)
  const ids = new Set(before.map(({ id }) => id))
  expect(after.filter(({ id }) => ids.has(id))).toEqual(before)
  const cutOff = totalNanos(after.filter(({ id }) => !ids.has(id)))
  const [invoice] = (await admin.client.invoice.list(root)).items
  expect(BigInt(invoice!.totalNanos)).toBe(BigInt(invoices.items[0]!.totalNanos) + cutOff)

  await server.kill()
  server = await start()
  expect(await caller.records()).toEqual(after)
  expect((await admin.client.invoice.list(root)).items[0]).toEqual(invoice)
}, 60_000)
