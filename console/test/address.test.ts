/** What is in an address: pages, searches, and the text of an object. */
import { expect, test } from 'vitest'
import { pathOfKind, paths } from '../src/ui/paths.ts'
import { parseSearch, stringifySearch } from '../src/ui/search.ts'
import { toYaml } from '../src/ui/yaml.ts'

test('the query is plain text: what looks like a number or JSON stays text', () => {
  expect(parseSearch('?q=123&tab=true')).toEqual({ q: '123', tab: 'true' })
  expect(stringifySearch({ q: 'a b&c', sort: undefined, tab: '' })).toBe('?q=a+b%26c')
  expect(parseSearch(stringifySearch({ q: 'ä/?&=#', n: '1' }))).toEqual({ q: 'ä/?&=#', n: '1' })
})

test('a reference with a slash stays one part of the path', () => {
  expect(paths.model('root', 'openai/gpt')).toBe('/root/models/openai%2Fgpt')
  expect(pathOfKind('token', 'root', 'tok_1')).toBeNull()
})

test('YAML quotes what would be read as something else', () => {
  const object = {
    name: 'true',
    at: '2026-11-03T10:00:00Z',
    n: 1,
    none: null,
    list: [],
    of: ['a: b'],
  }
  expect(toYaml(object)).toBe(
    'name: "true"\nat: "2026-11-03T10:00:00Z"\nn: 1\nnone: null\nlist: []\nof:\n  - "a: b"\n',
  )
})

test('YAML puts the first field of an object in a list beside its dash', () => {
  expect(toYaml({ targets: [{ model: 'p/m', weight: 1 }] })).toBe(
    'targets:\n  - model: p/m\n    weight: 1\n',
  )
})
