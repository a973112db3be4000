/** What has to hold for every operation, so that whatever derives from the contract can rely on it. */
import { isPermission } from '@commonhold/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type AnyOperation, errors, fullPath, isMutation, operations } from '../src/index.ts'

const namesInPath = (operation: AnyOperation) =>
  [...operation.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!)

/** The operations for which something does not hold: named, so that a failure says which. */
const idsWhere = (isWrong: (operation: AnyOperation) => boolean) =>
  operations.filter(isWrong).map(({ id }) => id)

const duplicates = (texts: readonly string[]) =>
  texts.filter((text, index) => texts.indexOf(text) !== index)

const hasNothing = (schema: z.ZodType) => schema instanceof z.ZodUndefined

describe('names and addresses', () => {
  test('there are operations, and each has an id of its own', () => {
    expect(operations.length).toBeGreaterThan(100)
    expect(duplicates(operations.map(({ id }) => id))).toEqual([])
  })

  test('an id is noun.verb in kebab case', () => {
    expect(idsWhere(({ id }) => !/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/.test(id))).toEqual([])
  })

  test('each method and path means one operation, whatever the parameters are called', () => {
    const places = operations.map((o) => `${o.method} ${fullPath(o).replace(/\{[^}]+\}/g, '{}')}`)
    expect(duplicates(places)).toEqual([])
  })

  test('a path is made of plain segments, whole parameters and at most one verb', () => {
    const path = /^(\/([a-z-]+|\{[a-z-]+\}))+(:[a-z-]+)?$/
    expect(idsWhere((o) => !path.test(o.path))).toEqual([])
  })

  test('the parameters of the path are exactly those of the schema, and none occurs twice', () => {
    const wrong = idsWhere((operation) => {
      const declared = Object.keys((operation.params as z.ZodObject).shape)
      return JSON.stringify(declared) !== JSON.stringify([...new Set(namesInPath(operation))])
    })
    expect(wrong).toEqual([])
    expect(idsWhere((o) => duplicates(namesInPath(o)).length > 0)).toEqual([])
  })

  test('a summary is one sentence that says what the call does', () => {
    expect(idsWhere(({ summary }) => !/^[A-Z][^\n]{5,}\.$/.test(summary))).toEqual([])
  })
})

describe('methods and answers', () => {
  test('a POST that creates answers 201 with the object, an act on an object does not', () => {
    const creates = (o: AnyOperation) => o.method === 'POST' && /\.create$/.test(o.id)
    expect(idsWhere((o) => creates(o) && o.status !== 201)).toEqual([])
    expect(idsWhere((o) => o.path.includes(':') && o.status === 201)).toEqual([])
    expect(idsWhere((o) => o.status === 201 && o.method !== 'POST')).toEqual([])
  })

  test('an answer without content is 204, and only that', () => {
    expect(idsWhere((o) => hasNothing(o.output) !== (o.status === 204))).toEqual([])
  })

  test('a DELETE answers 204; GET and DELETE take no body', () => {
    expect(idsWhere((o) => o.method === 'DELETE' && o.status !== 204)).toEqual([])
    const bodyless = ['GET', 'DELETE']
    expect(idsWhere((o) => bodyless.includes(o.method) && !hasNothing(o.body))).toEqual([])
  })

  test('a PATCH takes a body in which every field may be left out', () => {
    const needsField = new Set(['me.update', 'tenant.update'])
    const wrong = idsWhere((o) => o.method === 'PATCH' && !o.body.safeParse({}).success)
    expect(wrong.filter((id) => !needsField.has(id))).toEqual([])
  })

  test('a list answers with items and a cursor', () => {
    const wrong = idsWhere((o) => {
      if (!o.id.endsWith('.list')) return false
      return !o.output.safeParse({ items: [], nextCursor: null }).success
    })
    expect(wrong).toEqual([])
  })

  test('whatever answers with a secret is a POST', () => {
    expect(idsWhere((o) => o.secret === true && o.method !== 'POST')).toEqual([])
  })

  test('bodies and queries refuse what they do not know', () => {
    const unknown = { 'x-unknown': '1' }
    const refuses = (schema: z.ZodType) =>
      schema.safeParse(unknown).error?.issues.some(({ code }) => code === 'unrecognized_keys')
    expect(idsWhere((o) => !hasNothing(o.body) && !refuses(o.body))).toEqual([])
    expect(idsWhere((o) => !refuses(o.query))).toEqual([])
  })

  test('each change can be tried without being made, except where that would prove a secret', () => {
    const withoutDryRun = new Set(
      idsWhere((o) => isMutation(o) && !o.query.safeParse({ dryRun: 'true' }).success),
    )
    expect([...withoutDryRun].sort()).toEqual([
      'invitation.accept',
      'operator-session.create',
      'secret.reveal',
      'session.create',
      'signup.create',
    ])
  })
})

describe('access', () => {
  test('every operation says who may call it', () => {
    const ways = ['anyone', 'caller', 'member', 'operator', 'permission']
    expect(idsWhere(({ access }) => !ways.includes(access.by))).toEqual([])
  })

  test('only what carries its own proof is open to anyone', () => {
    expect(idsWhere(({ access }) => access.by === 'anyone').sort()).toEqual([
      'deployment.get',
      'invitation.accept',
      'invitation.inspect',
      'operator-session.create',
      'session.create',
      'signup.create',
    ])
  })

  test('a permission exists, and what it is asked on is there', () => {
    const wrong = idsWhere((operation) => {
      const { access } = operation
      if (access.by !== 'permission') return false
      if (!isPermission(access.permission)) return true
      return !(access.orManageOf ? [access.on, access.orManageOf] : [access.on]).every((on) =>
        isThere(operation, on),
      )
    })
    expect(wrong).toEqual([])
  })

  test('a member’s operation has the acting account in its path', () => {
    const needsAccount = (o: AnyOperation) =>
      o.access.by === 'member' || (o.access.by === 'permission' && o.access.on !== 'root')
    expect(idsWhere((o) => needsAccount(o) && !o.path.startsWith('/accounts/{account}'))).toEqual(
      [],
    )
  })

  test('the operator’s area is the operator’s alone, and the only place that names a tenant', () => {
    const isOperators = ({ id, access }: AnyOperation) =>
      access.by === 'operator' || id === 'operator-session.create'
    expect(idsWhere((o) => (o.area === 'operator') !== isOperators(o))).toEqual([])
    const naming = idsWhere((o) => o.area === 'api' && namesInPath(o).includes('tenant'))
    expect(naming).toEqual([])
  })

  test('no body chooses the account that acts or pays', () => {
    const wrong = idsWhere((o) => {
      const { shape } = o.body as Partial<z.ZodObject>
      return shape !== undefined && ('account' in shape || 'actingAccount' in shape)
    })
    expect(wrong).toEqual([])
  })
})

function isThere(operation: AnyOperation, on: string): boolean {
  if (on === 'account' || on === 'root') return true
  if (on.startsWith('{')) return namesInPath(operation).includes(on.slice(1, -1))
  return on.replace(/^body\./, '') in (operation.body as z.ZodObject).shape
}

describe('errors', () => {
  test('are in the order of their status, and read as a title', () => {
    const statuses = Object.values(errors).map(({ status }) => status)
    expect(statuses).toEqual(statuses.toSorted((a, b) => a - b))
    const titles = Object.values(errors).map(({ title }) => title)
    expect(titles.filter((title) => !/^[A-Z].*[^.]$/.test(title))).toEqual([])
    expect(duplicates(titles)).toEqual([])
  })

  test('an operation names each of its own once', () => {
    expect(idsWhere((o) => duplicates(o.errors).length > 0)).toEqual([])
  })

  test('a paged list may refuse a cursor', () => {
    const pages = (o: AnyOperation) => o.query.safeParse({ cursor: 'x' }).success
    expect(idsWhere((o) => pages(o) !== o.errors.includes('invalid_cursor'))).toEqual([])
  })
})
