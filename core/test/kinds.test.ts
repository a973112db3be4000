import { describe, expect, it, test } from 'vitest'
import {
  accountNouns,
  actions,
  idPrefixes,
  isResourceKind,
  kindsWithin,
  namePattern,
  resourceKind,
  resourceKinds,
} from '../src/index.ts'

describe.each(resourceKinds.map((k) => [k.kind, k] as const))('the kind %s', (kind, definition) => {
  it('has a name, a plural and a prefix of its own', () => {
    const same = (field: 'kind' | 'plural' | 'idPrefix') =>
      resourceKinds.filter((other) => other[field] === definition[field])
    expect(same('kind')).toHaveLength(1)
    expect(same('plural')).toHaveLength(1)
    expect(same('idPrefix')).toHaveLength(1)
    expect(Object.keys(accountNouns)).not.toContain(kind)
    expect(idPrefixes[definition.idPrefix]).toBe(kind)
  })

  it('is spelled as paths are', () => {
    expect(kind).toMatch(namePattern)
    expect(definition.plural).toMatch(namePattern)
  })

  it('can at least be read, and has actions that exist', () => {
    expect(definition.actions).toContain('read')
    expect(definition.actions.every((action) => actions.includes(action))).toBe(true)
  })

  it('lives in the account, or in a kind that does', () => {
    // The access rule and the keys of the database know a resource and its parent, no deeper.
    if (definition.parent === null) return
    expect(isResourceKind(definition.parent)).toBe(true)
    expect(resourceKind(definition.parent).parent).toBeNull()
  })

  it('is found by its name', () => {
    expect(resourceKind(kind)).toBe(definition)
  })
})

test.each([
  ['cluster', ['cluster', 'workspace']],
  ['provider-account', ['provider-account', 'model']],
  ['secret-group', ['secret-group', 'secret']],
  ['model', ['model']],
] as const)('within %s live %s', (kind, within) => {
  expect(kindsWithin(kind)).toEqual(within)
})

test.each(['', 'models', 'team', 'toString', 'Model'])('%j is no kind of resource', (text) => {
  expect(isResourceKind(text)).toBe(false)
})
