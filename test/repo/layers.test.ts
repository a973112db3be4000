/**
 * The direction of 2-architecture, checked on every run: which folder may import which. An arrow
 * that is not written here does not exist.
 */
import { describe, expect, it } from 'vitest'
import { importsOf, sourceFiles } from './files.ts'

/** Folder → what it may import besides itself. The order is the order of reading, top down. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  core: [],
  contract: ['core'],
  sdk: [],
  isolation: ['sdk', 'contract', 'core'],
  cli: ['isolation', 'sdk'],
  console: ['sdk'],
  'server/leaf': [],
  'server/crypto': ['contract', 'core'],
  'server/outgoing': ['core', 'contract'],
  'server/postgres': ['server/leaf'],
  'server/sandbox': ['core'],
  'server/store': ['server/crypto', 'server/leaf', 'contract', 'core'],
  'server/control': [
    'server/store',
    'server/outgoing',
    'server/crypto',
    'server/leaf',
    'contract',
    'core',
  ],
  'server/gateway': [
    'server/store',
    'server/outgoing',
    'server/crypto',
    'server/leaf',
    'contract',
    'core',
  ],
  'server/worker': [
    'server/store',
    'server/outgoing',
    'server/crypto',
    'server/leaf',
    'contract',
    'core',
  ],
  'server/http': [
    'server/control',
    'server/gateway',
    'server/worker',
    'server/store',
    'server/crypto',
    'server/leaf',
    'contract',
    'core',
  ],
}

/** Files beside main.ts that lower layers may use: they import nothing of ours. */
const leaves = new Set(['startup-error.ts', 'closest-name.ts', 'log.ts'])

/** Null for what stands above all layers (main.ts and its neighbours, tests, scripts, the bench). */
function layerOf(path: string): string | null {
  const [top, src, third, fourth] = path.split('/')
  if (src !== 'src' || top === undefined) return null
  if (top !== 'server') return top in arrows ? top : null
  if (fourth !== undefined) return `server/${third}`
  return leaves.has(third!) ? 'server/leaf' : null
}

const packages: Readonly<Record<string, string>> = {
  '@commonhold/core': 'core',
  '@commonhold/contract': 'contract',
  '@commonhold/sdk': 'sdk',
  '@commonhold/isolation': 'isolation',
  '@commonhold/server': 'server',
}

function targetLayer(to: string): string | null {
  const ours = Object.keys(packages).find((name) => to === name || to.startsWith(`${name}/`))
  return ours ? packages[ours]! : layerOf(to)
}

const all = sourceFiles()
  .filter((path) => layerOf(path) !== null)
  .flatMap(importsOf)

describe('layers', () => {
  it('know every folder of the server', () => {
    const folders = new Set(sourceFiles().map(layerOf))
    expect([...folders].filter((folder) => folder !== null && !(folder in arrows))).toEqual([])
  })

  it('import only downwards', () => {
    const wrong = all.filter(({ from, to }) => {
      const source = layerOf(from)!
      const target = targetLayer(to)
      return target !== null && target !== source && !arrows[source]!.includes(target)
    })
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('below main.ts never import what stands beside it', () => {
    const wrong = all.filter(
      ({ from, to }) =>
        layerOf(from)?.startsWith('server/') &&
        /^server\/src\/[^/]+\.ts$/.test(to) &&
        layerOf(to) === null,
    )
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })
})

describe('core', () => {
  it('imports nothing from outside and asks no clock, chance or promise', () => {
    const files = sourceFiles().filter((path) => path.startsWith('core/src/'))
    const imported = files.flatMap(importsOf).filter(({ to }) => !to.startsWith('core/src/'))
    expect(imported.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })
})

describe('dependencies', () => {
  it('on fastify and on status codes stay in http/', () => {
    const wrong = all.filter(
      ({ from, to }) => /^(@?fastify)/.test(to) && !from.startsWith('server/src/http/'),
    )
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('on pg and kysely stay in store/ and postgres/', () => {
    const wrong = all.filter(
      ({ from, to }) =>
        /^(pg|kysely)(\/|$)/.test(to) && !/^server\/src\/(store|postgres)\//.test(from),
    )
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })
})

describe('cycles', () => {
  it('do not exist between files at run time', () => {
    expect(
      cyclesIn(
        graph(
          (path) => path,
          (i) => !i.typeOnly,
        ),
      ),
    ).toEqual([])
  })

  it('do not exist between folders', () => {
    const folder = (path: string) => path.slice(0, path.lastIndexOf('/'))
    expect(cyclesIn(graph(folder, () => true))).toEqual([])
  })
})

function graph(
  node: (path: string) => string,
  counts: (i: (typeof all)[number]) => boolean,
): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>()
  for (const one of all) {
    if (!counts(one) || layerOf(one.to) === null) continue
    const [from, to] = [node(one.from), node(one.to)]
    if (from === to) continue
    edges.set(from, (edges.get(from) ?? new Set()).add(to))
  }
  return edges
}

/** Every strongly connected component of more than one node, by depth-first search. */
function cyclesIn(edges: Map<string, Set<string>>): string[] {
  const found: string[] = []
  const state = new Map<string, 'open' | 'done'>()
  const visit = (node: string, path: string[]): void => {
    if (state.get(node) === 'done') return
    if (state.get(node) === 'open') {
      found.push([...path.slice(path.indexOf(node)), node].join(' → '))
      return
    }
    state.set(node, 'open')
    for (const next of edges.get(node) ?? []) visit(next, [...path, node])
    state.set(node, 'done')
  }
  for (const node of edges.keys()) visit(node, [])
  return found
}
