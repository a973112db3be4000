/** "What exact means" can be checked line by line, and this checks that its tables name what the code has. */
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { upstreamFailures } from '@commonhold/core'
import { describe, expect, it } from 'vitest'
import { faults } from '../proof/leases/faults.ts'
import { large, small } from '../proof/leases/scenarios.ts'
import { settings } from '../proof/leases/simulation/run.ts'
import { root } from './files.ts'

const page = 'docs/guides/what-exact-means.md'
const text = readFileSync(join(root, page), 'utf8')
const source = (path: string) => readFileSync(join(root, path), 'utf8')

function quotes(pattern: RegExp) {
  return [...text.matchAll(pattern)].map(([, said, target]) => ({
    said: said!,
    path: normalize(join(dirname(page), target!)),
  }))
}

/** The first cells of the rows of the table with this head. */
function table(head: string): string[][] {
  const rows = text
    .slice(text.indexOf(`| ${head}`))
    .split('\n\n')[0]!
    .split('\n')
    .slice(2)
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

describe('the page on exactness', () => {
  it('quotes code and tests that are there', () => {
    const code = quotes(/\[`([^`]+)`\]\(([^)#\s]+)\)/g)
    const missing = code.filter(({ said, path }) => said !== path && !source(path).includes(said))
    expect(missing).toEqual([])
    expect(code.length).toBeGreaterThan(12)
    const tests = quotes(/\["([^"]+)"\]\(([^)#\s]+)\)/g)
    expect(tests.filter(({ said, path }) => !source(path).includes(`'${said}'`))).toEqual([])
    expect(tests).toHaveLength(2)
  })

  it('says of every failure of a provider what it costs', () => {
    const told = Object.fromEntries(
      table('failure').map(([name, cost]) => [name!.replaceAll('`', ''), cost]),
    )
    expect(Object.keys(told).sort()).toEqual(Object.keys(upstreamFailures).sort())
    for (const [name, { provesNothingConsumed }] of Object.entries(upstreamFailures)) {
      expect([name, told[name] === 'nothing']).toEqual([name, provesNothingConsumed])
    }
  })

  it('gives the numbers that the code has', () => {
    for (const [link, value] of table('constant')) {
      const [, name, target] = /\[`([^`]+)`\]\(([^)]+)\)/.exec(link!)!
      const code = source(normalize(join(dirname(page), target!)))
      const found = new RegExp(`const ${name} = ([0-9_]+)`).exec(code)
      expect([name, found?.[1]?.replaceAll('_', '')]).toEqual([name, value])
    }
  })

  it('lists every world that is explored, every fault that is put in, every traffic that is simulated', () => {
    const first = (head: string) => table(head).map(([cell]) => cell)
    expect(first('world').sort()).toEqual([...Object.keys(small), ...Object.keys(large)].sort())
    expect(first('fault')).toEqual(faults.map(({ name }) => name))
    expect(first('traffic')).toEqual(Object.keys(settings))
  })
})
