/**
 * "How access works" can be checked line by line, and this checks that it still can: what the page
 * quotes from a file stands in that file, and the tests that it names are there.
 */
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './files.ts'

const page = 'docs/guides/how-access-works.md'
const text = readFileSync(join(root, page), 'utf8')

interface Quote {
  readonly said: string
  readonly path: string
}

/** Links whose words are code or, in quotation marks, the name of a test. */
function quotes(pattern: RegExp): Quote[] {
  return [...text.matchAll(pattern)].map(([, said, target]) => ({
    said: said!,
    path: normalize(join(dirname(page), target!)),
  }))
}

const code = quotes(/\[`([^`]+)`\]\(([^)#\s]+)\)/g)
const tests = quotes(/\["([^"]+)"\]\(([^)#\s]+)\)/g)
const source = (path: string) => readFileSync(join(root, path), 'utf8')

describe('the page on access', () => {
  it('quotes code that stands where its links lead', () => {
    // A path as the words of its own link quotes nothing.
    const missing = code.filter(({ said, path }) => said !== path && !source(path).includes(said))
    expect(missing).toEqual([])
    expect(code.length).toBeGreaterThan(40)
  })

  it('names tests that there are', () => {
    const named = ({ said, path }: Quote) => source(path).includes(`'${said}'`)
    expect(tests.filter((one) => !named(one))).toEqual([])
    expect(tests.length).toBeGreaterThan(25)
  })

  it('gives each of the eight conditions its code, its database and its test', () => {
    const conditions = text.split(/^### \d\. /m).slice(1)
    expect(conditions).toHaveLength(8)
    for (const condition of conditions) {
      for (const part of ['Code', 'Database', 'Test']) {
        expect(condition).toMatch(new RegExp(`^- ${part}: .*\\]\\(`, 'm'))
      }
    }
  })
})
