/** What a scraper reads of a running product, by a parser that is not ours, and what the dashboards ask for. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { gatewayMetricNames } from '../../server/src/http/gateway-metrics.ts'
import { known, makeCaller } from '../crash/caller.ts'
import { startUpstream, type Upstream } from '../crash/upstream.ts'
import { eventually } from '../support/eventually.ts'
import { password, signIn } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'

interface Family {
  readonly name: string
  readonly metrics: readonly Sample[]
}

// It comes without types.
const parse: (text: string) => Family[] = createRequire(import.meta.url)(
  'parse-prometheus-text-format',
)
const metricsToken = 'only-the-scraper-knows-this'
const folder = new URL('../../docs/grafana/', import.meta.url)
let product: TestProduct
let upstream: Upstream

beforeAll(async () => {
  upstream = await startUpstream()
  product = await startProduct({
    COMMONHOLD_ADMIN_EMAIL: 'ana@example.com',
    COMMONHOLD_ADMIN_PASSWORD: password,
    COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS: 'true',
    COMMONHOLD_METRICS_TOKEN: metricsToken,
  })
  const admin = await signIn(product.url, 'ana@example.com')
  const caller = await makeCaller(admin, upstream, 'private-name', '1')
  await known(caller, product.url)
  await caller.call(product.url, { stream: true })
  for (let status = 200; status === 200; ) ({ status } = await caller.call(product.url))
  await caller.billed(caller.served().length)
}, 120_000)
afterAll(async () => {
  await product?.remove()
  upstream?.close()
}, 60_000)

async function scrape(authorization = `Bearer ${metricsToken}`): Promise<string> {
  const response = await fetch(`${product.url}/metrics`, { headers: { authorization } })
  expect(response.status).toBe(200)
  return response.text()
}

interface Sample {
  readonly value?: string
  readonly buckets?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
}

function samples(text: string, name: string): readonly Sample[] {
  return parse(text).find((family) => family.name === `commonhold_gateway_${name}`)?.metrics ?? []
}

it('the scraper needs its token', async () => {
  for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
    const { status } = await fetch(`${product.url}/metrics`, { headers })
    expect(status).toBe(401)
  }
})

it('requests, refusals, tokens, cost, times and the journal are told, and agree with what was served', async () => {
  const served = upstream.calls.length
  const text = await eventually('all is shipped', async () => {
    const found = await scrape()
    return Number(samples(found, 'outcomes_shipped_total')[0]!.value) === served && found
  })
  const value = (name: string, labels: Readonly<Record<string, string>>) => {
    const fits = (sample: Sample) =>
      Object.entries(labels).every(([label, is]) => sample.labels?.[label] === is)
    return Number(samples(text, name).find(fits)?.value)
  }
  const route = '/v1/chat/completions'
  const provider = 'openai-compatible'
  expect(value('requests_total', { route, status: '2xx' })).toBe(served)
  expect(value('requests_total', { route, status: '4xx' })).toBeGreaterThanOrEqual(1)
  expect(
    samples(text, 'refusals_total').some(({ labels }) => labels?.code === 'budget_exhausted'),
  ).toBe(true)
  expect(value('attempts_total', { provider, status: 'ok' })).toBe(served)
  const tokens = upstream.calls.reduce((sum, { outputTokens }) => sum + outputTokens, 0)
  expect(value('tokens_total', { provider, direction: 'output' })).toBe(tokens)
  expect(value('cost_usd_total', { provider })).toBeGreaterThan(0)
  expect(value('journal_records_total', {})).toBeGreaterThanOrEqual(2 * served)
  expect(value('snapshot_age_seconds', {})).toBeLessThan(60)
  expect(value('held', { measure: 'usd' })).toBe(0)
  for (const name of ['request_seconds', 'provider_seconds', 'provider_first_byte_seconds']) {
    expect(Number(samples(text, name)[0]!.buckets?.['+Inf'])).toBeGreaterThanOrEqual(served)
  }
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
})

it('nothing that a tenant named is in it', async () => {
  const text = await scrape()
  for (const name of ['private-name', 'counted', 'ana@example.com']) {
    expect(text.includes(name)).toBe(false)
  }
})

it('every query of every dashboard asks for a metric that exists', async () => {
  const text = await scrape()
  const exist = new Set(gatewayMetricNames)
  for (const [, name] of text.matchAll(/^([a-z_:]+[a-z0-9_]*)[{ ]/gm)) exist.add(name!)
  const files = readdirSync(folder)
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    const dashboard = readFileSync(new URL(file, folder), 'utf8')
    const { panels, title } = JSON.parse(dashboard) as Dashboard
    const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
    expect([title, queries.length > 0]).toEqual([title, true])
    const asked = queries.flatMap((expr) => namesIn(expr))
    expect(asked.filter((name) => !exist.has(name))).toEqual([])
    expect(asked.length).toBeGreaterThanOrEqual(queries.length)
  }
})

interface Dashboard {
  readonly title: string
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[]
}

/** A name stands before its labels; functions and their words do not. */
function namesIn(expr: string): string[] {
  return [...expr.matchAll(/([a-z_:][a-z0-9_:]*)\{/g)].map(([, name]) => name!)
}
