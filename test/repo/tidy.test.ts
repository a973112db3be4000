/** The house numbers of STYLE.md, as ratchets: they may get stricter, never looser. */
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { read, root, sourceFiles, trackedFiles } from './files.ts'

const linesMedianMax = 100
const linesNineInTenMax = 300
const linesMax = 500

const handWritten = () =>
  sourceFiles().filter((path) => /\/src\//.test(path) && !path.includes('.generated.'))
const lengths = () =>
  handWritten()
    .map((path) => ({ path, lines: read(path).split('\n').length }))
    .sort((a, b) => a.lines - b.lines)

describe('files', () => {
  it(`have a median of ${linesMedianMax} lines at most`, () => {
    const all = lengths()
    expect(all[Math.floor(all.length / 2)]!.lines).toBeLessThanOrEqual(linesMedianMax)
  })

  it(`have ${linesNineInTenMax} lines at most, nine in ten of them`, () => {
    const all = lengths()
    expect(all[Math.floor(all.length * 0.9)]!.lines).toBeLessThanOrEqual(linesNineInTenMax)
  })

  it(`have ${linesMax} lines at most, all of them`, () => {
    expect(lengths().filter(({ lines }) => lines > linesMax)).toEqual([])
  })

  it('open with a comment that says what they are for', () => {
    const bare = handWritten().filter(
      (path) => !/^(#!.*\n)?(\/\*\*|\/\/|'use)/.test(read(path)) && !path.startsWith('console/'),
    )
    expect(bare).toEqual([])
  })
})

describe('text', () => {
  it('has no loose ends', () => {
    const markers = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|'))
    const loose = sourceFiles().filter((path) => markers.test(read(path)))
    expect(loose).toEqual([])
  })

  it('has no test that is skipped or alone', () => {
    const pattern = new RegExp(`\\b(it|test|describe)\\.(${['only', 'skip', 'todo'].join('|')})\\b`)
    const tests = sourceFiles().filter((path) => path.endsWith('.test.ts'))
    expect(tests.filter((path) => pattern.test(read(path)))).toEqual([])
  })

  it('names no machine that it was written on', () => {
    const hosts = new RegExp(['/wo' + 'rk/', '\\.inter' + 'nal\\b'].join('|'))
    const text = trackedFiles().filter((path) => /\.(ts|tsx|mjs|md|json|sql|yml|sh)$/.test(path))
    expect(text.filter((path) => hosts.test(read(path)))).toEqual([])
  })
})

describe('links in the docs', () => {
  it('lead to files that exist', () => {
    const dead = trackedFiles()
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...read(path).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
          .map((match) => normalize(join(dirname(path), match[1]!)))
          .filter((target) => !existsSync(join(root, target)))
          .map((target) => `${path} → ${target}`),
      )
    expect(dead).toEqual([])
  })

  it('in code comments lead to documents that exist', () => {
    const dead = sourceFiles().flatMap((path) =>
      [...read(path).matchAll(/\b(docs\/[\w/-]+\.md)\b/g)]
        .map((match) => match[1]!)
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${path} → ${target}`),
    )
    expect(dead).toEqual([])
  })
})
