/** The OpenAPI document is complete, consistent, and true to the contract. */
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { errors, fullPath, operations } from '../src/index.ts'
import { openApi } from '../src/openapi.ts'
import type { OpenApiOperation, OpenApiParameter } from '../src/openapi-document.ts'

const document = openApi(operations)

/** Read back as other tools do: without undefined, dates or shared objects. */
const written = JSON.parse(JSON.stringify(document)) as typeof document

const described = operations.map((operation) => ({
  operation,
  openapi: written.paths[fullPath(operation)]![operation.method.toLowerCase()]!,
}))

function resolve(ref: string): unknown {
  return ref
    .replace(/^#\//, '')
    .split('/')
    .reduce((at: unknown, key) => (at as Record<string, unknown> | undefined)?.[key], written)
}

function* refsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) {
    if (key === '$ref') yield child as string
    else yield* refsIn(child)
  }
}

const parametersOf = ({ parameters }: OpenApiOperation) =>
  parameters.map((p) => ('$ref' in p ? resolve(p.$ref) : p) as OpenApiParameter)

describe('the document', () => {
  test('is what is committed as contract/openapi.json', async () => {
    const committed = await readFile(new URL('../openapi.json', import.meta.url), 'utf8')
    // Compared as text, but not printed: the difference would fill the screen.
    const isFresh = committed === `${JSON.stringify(document, null, 2)}\n`
    expect(isFresh, 'run `npm run gen` and commit the result').toBe(true)
  })

  test('has every operation once', () => {
    const ids = Object.values(written.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    )
    expect(ids.toSorted()).toEqual(operations.map(({ id }) => id).toSorted())
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('refers to nothing that is not there, and keeps nothing that nobody refers to', () => {
    const refs = new Set(refsIn(written))
    expect([...refs].filter((ref) => resolve(ref) === undefined)).toEqual([])
    const { schemas, responses, parameters, examples } = written.components
    const unused = Object.entries({ schemas, responses, parameters, examples }).flatMap(
      ([section, all]) =>
        Object.keys(all ?? {})
          .map((name) => `#/components/${section}/${name}`)
          .filter((ref) => !refs.has(ref)),
    )
    // A method that no path knows is refused before any operation is found.
    expect(unused).toEqual(['#/components/examples/method_not_allowed'])
  })

  test('names components as OpenAPI allows', () => {
    const names = Object.values(written.components).flatMap((all) => Object.keys(all))
    expect(names.filter((name) => !/^[\w.-]+$/.test(name))).toEqual([])
  })

  test('requires no field that it does not describe', () => {
    const wrong = Object.entries(written.components.schemas).filter(
      ([, { properties, required = [] }]) =>
        properties !== undefined && required.some((key) => properties[key] === undefined),
    )
    expect(wrong.map(([name]) => name)).toEqual([])
  })
})

describe.each(described)('$operation.id', ({ operation, openapi }) => {
  test('has a summary, a tag and its access', () => {
    expect(openapi.summary).toBe(operation.summary)
    expect(written.tags.map(({ name }) => name)).toEqual(expect.arrayContaining([...openapi.tags]))
    expect(openapi['x-access']).toBe(operation.access.by)
    const permission =
      operation.access.by === 'permission' ? operation.access.permission : undefined
    expect(openapi['x-permission']).toBe(permission)
  })

  test('declares each parameter of its path, required, and no parameter twice', () => {
    const parameters = parametersOf(openapi)
    const inPath = parameters.filter((p) => p.in === 'path')
    const inBraces = [...fullPath(operation).matchAll(/\{([^}]+)\}/g)].map((match) => match[1])
    expect(inPath.map(({ name }) => name)).toEqual(inBraces)
    expect(inPath.every(({ required }) => required)).toBe(true)
    const places = parameters.map((p) => `${p.in} ${p.name}`)
    expect(new Set(places).size).toBe(places.length)
  })

  test('asks for a credential unless it is open to anyone, and names one that exists', () => {
    const names = openapi.security.flatMap((one) => Object.keys(one))
    expect(names.length > 0).toBe(operation.access.by !== 'anyone')
    expect(Object.keys(written.components.securitySchemes!)).toEqual(expect.arrayContaining(names))
  })

  test('has an example of its body that the contract takes', () => {
    const content = openapi.requestBody?.content['application/json']
    const parsed = operation.body.safeParse(content?.example)
    expect(parsed.error?.issues).toBeUndefined()
  })

  test('describes each refusal, with a schema and an example of its status', () => {
    const refusals = Object.entries(openapi.responses).filter(([status]) => Number(status) >= 400)
    const codes = refusals.flatMap(([status, response]) => {
      expect(response).toHaveProperty('$ref')
      const { content, description } = resolve((response as { $ref: string }).$ref) as {
        description: string
        content: Record<string, { schema: object; examples: Record<string, { $ref: string }> }>
      }
      expect(description.length).toBeGreaterThan(5)
      const { schema, examples } = content['application/problem+json']!
      expect(schema).toBeTypeOf('object')
      for (const { $ref } of Object.values(examples)) {
        const { value } = resolve($ref) as { value: { status: number } }
        expect(String(value.status)).toBe(status)
      }
      return Object.keys(examples)
    })
    expect(codes).toEqual(expect.arrayContaining([...operation.errors]))
    expect(codes.every((code) => code in errors)).toBe(true)
  })

  test('describes its answer', () => {
    const answer = openapi.responses[operation.status]
    const hasContent = answer !== undefined && 'content' in answer
    expect(answer).toBeDefined()
    expect(hasContent).toBe(operation.status !== 204)
  })
})
