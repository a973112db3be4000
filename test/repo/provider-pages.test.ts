/** The page of every provider, held against the code: its commands, its routes, its vendors. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ProviderType, providerPresets, providerTypes } from '@commonhold/contract'
import { formatId } from '@commonhold/core'
import { describe, expect, it } from 'vitest'
import { commands } from '../../cli/src/commands.generated.ts'
import { newUuid } from '../../server/src/crypto/new-id.ts'
import { findProvider } from '../../server/src/gateway/providers/index.ts'
import type { MeteredRoute } from '../../server/src/gateway/providers/provider.ts'
import { routes } from '../../server/src/gateway/routes.ts'
import type { ModelEntry, ProviderEntry } from '../../server/src/gateway/snapshot/entries.ts'
import { openAgents } from '../../server/src/gateway/upstream/agents.ts'
import { root } from './files.ts'

const page = (name: string) => readFileSync(join(root, `docs/providers/${name}.md`), 'utf8')

/** Providers with a page of their own, and models of whose makers it speaks. */
const pages: Partial<Record<ProviderType, readonly string[]>> = {
  openai: ['the-model'],
  'azure-openai': ['the-model'],
  anthropic: ['the-model'],
  gemini: ['the-model'],
  bedrock: ['the-model'],
  vertex: ['gemini-the', 'claude-the'],
  sandbox: ['the-model'],
}
const shared: ProviderType = 'openai-compatible'

const agents = openAgents({ allowPrivate: false })
const context = { agents, sandboxUrl: 'http://127.0.0.1:1', allowPrivate: false }
const tenantId = formatId('tnt', newUuid())

/** What a provider is asked for a route of ours, with what differs between accounts as a name. */
async function askedFor(
  name: ProviderType,
  route: MeteredRoute | 'count_tokens',
  upstreamModel: string,
  isStream: boolean,
): Promise<string | null> {
  const provider = findProvider(name)!
  const upstream = provider.routeFor(route, upstreamModel)
  if (upstream === null) return null
  const entry = {
    provider: name,
    baseUrl: 'https://vendor.example.com',
    spec: { region: 'the-region', project: 'the-project' },
    apiKey: () => 'key',
    secret: () => null,
  } as unknown as ProviderEntry
  const model = { upstreamModel, provider: entry } as ModelEntry
  const call = { entry, model, tenantId, route: upstream, isStream, header: () => null }
  const endpoint = await provider.endpoint(context, call)
  if (typeof endpoint === 'string') throw new Error(endpoint)
  return endpoint.path
    .replace(`/${upstreamModel}`, '/{model}')
    .replace('the-region', '{region}')
    .replace('the-project', '{project}')
}

/** Of the table of routes: what is said to be asked, by our own path. */
function told(text: string): Map<string, string> {
  const rows = text.matchAll(/^\| `(\/v1\/[^`]+)` \| (.+) \|$/gm)
  return new Map([...rows].map(([, path, asked]) => [path!, asked!]))
}

describe.each(Object.entries(pages) as [ProviderType, string[]][])('%s', (name, models) => {
  const rows = told(page(name))

  it('has a row for each route that it serves, and for no other', async () => {
    const served = new Set<string>()
    for (const { path, meter, serves } of routes) {
      const route = serves === 'count_tokens' ? serves : serves === 'metered' ? meter : null
      if (route === null || route === 'batch' || route === 'none') continue
      for (const upstreamModel of models) {
        const asked = await askedFor(name, route, upstreamModel, false)
        if (asked === null) continue
        served.add(path)
        if (rows.get(path)?.startsWith('the same')) continue
        const streamed = (await askedFor(name, route, upstreamModel, true))!
        const [, action = ''] = /(:stream\w+)/.exec(streamed) ?? []
        expect([path, rows.get(path)]).toEqual([path, expect.stringContaining(`\`${asked}\``)])
        expect(rows.get(path)).toContain(action === '' ? `\`${streamed}\`` : `${action}`)
      }
    }
    expect([...rows.keys()].sort()).toEqual([...served].sort())
  })

  it('says what a client that left is billed, and how prices are set', () => {
    expect(findProvider(name)!.clientGone).toBe('bill_estimate')
    const text = page(name).replaceAll(/\s+/g, ' ')
    if (name !== 'azure-openai') expect(text).toMatch(/client that left.{1,120}streamed/i)
    expect(text).toMatch(/price/i)
    expect(text).toContain('--price.input-per-million-usd')
  })
})

describe('servers of OpenAI’s format', () => {
  const text = page(shared)

  it('are all on their page, each with its address', () => {
    const rows = new Map(
      [...text.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \|/gm)].map(([, name, url]) => [name!, url!]),
    )
    const compatible = providerTypes.filter(
      (name) => providerPresets[name].format === 'openai' && name !== 'openai',
    )
    const missing = compatible.filter((name) => !rows.has(name))
    expect(missing).toEqual([])
    for (const name of compatible) {
      const { baseUrl } = providerPresets[name]
      expect([name, rows.get(name)]).toEqual([
        name,
        baseUrl === null ? expect.stringMatching(/^must be given/) : `\`${baseUrl}\``,
      ])
      expect(findProvider(name)!.clientGone).toBe('bill_estimate')
    }
  })
})

describe('commands on the pages', () => {
  const lines = [...Object.keys(pages), shared].flatMap((name) =>
    [...page(name).matchAll(/^commonhold (.+)$/gm)].map(([, line]) => [name, line!] as const),
  )

  it.each(lines)('%s: %s', (name, line) => {
    const [noun, verb, ...given] = line.split(' < ')[0]!.split(' ')
    const command = commands.find((one) => one.noun === noun && one.verb === verb)
    expect([line, command?.id]).toEqual([line, `${noun}.${verb}`])
    const known = new Set(
      [...command!.params, ...command!.query, ...(command!.body ?? [])].map(({ flag, secret }) =>
        secret ? `--${flag}-stdin` : `--${flag}`,
      ),
    )
    const flags = given.filter((word) => word.startsWith('--'))
    expect(flags.filter((flag) => !known.has(flag))).toEqual([])
    const value = (flag: string) => given[given.indexOf(flag) + 1]
    if (noun === 'provider-account' && name !== shared) expect(value('--provider')).toBe(name)
  })

  it('show how to connect each', () => {
    for (const name of [...Object.keys(pages), shared]) {
      const verbs = lines.filter(([of]) => of === name).map(([, line]) => line.split(' ')[0])
      expect([name, new Set(verbs)]).toEqual([name, new Set(['provider-account', 'model'])])
    }
  })
})
