/**
 * The OpenAPI 3.1 document, derived from the contract. A pure function: contract/openapi.json is
 * its committed result, and the SDK's types are printed from it.
 */
import { permissions, resourceKinds } from '@commonhold/core'
import { type Components, componentsOf, pascalCase } from './components.ts'
import { type ErrorCode, errors } from './errors.ts'
import { exampleOf } from './example.ts'
import { type JsonSchema, jsonSchema, schemaRef } from './json-schema.ts'
import { type AnyOperation, fullPath } from './operation.ts'
import {
  problemExample,
  problemSchemas,
  refusalsOf,
  takesIdempotencyKey,
  takesIfMatch,
} from './refusals.ts'

interface MediaType {
  readonly schema: JsonSchema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { $ref: string }>>
}

export interface OpenApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

export interface OpenApiResponse {
  readonly description: string
  readonly headers?: Readonly<Record<string, { description: string; schema: JsonSchema }>>
  readonly content?: Readonly<Record<string, MediaType>>
}

export interface OpenApiOperation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters: readonly (OpenApiParameter | { $ref: string })[]
  readonly requestBody?: {
    readonly required: boolean
    readonly content: Readonly<Record<string, MediaType>>
  }
  readonly responses: Readonly<Record<string, OpenApiResponse | { $ref: string }>>
  readonly 'x-access': string
  readonly 'x-permission'?: string
  readonly 'x-permission-on'?: string
  readonly 'x-secret'?: true
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: Readonly<Record<string, unknown>>
  readonly servers: readonly { url: string; description: string }[]
  readonly tags: readonly { name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>> & {
    readonly schemas: Readonly<Record<string, JsonSchema>>
  }
}

export const dryRunSchemas: Readonly<Record<string, JsonSchema>> = {
  DryRun: {
    type: 'object',
    description: 'What a change would do. Nothing was written.',
    properties: {
      dryRun: { type: 'boolean', const: true },
      changes: { type: 'array', items: schemaRef('JsonValue') },
      lost: { type: 'array', items: schemaRef('JsonValue') },
      result: schemaRef('JsonValue'),
    },
    required: ['dryRun', 'changes', 'lost'],
  },
}

const fixedSchemas: Readonly<Record<string, JsonSchema>> = {
  ...problemSchemas,
  ...dryRunSchemas,
  JsonValue: {
    description: 'Any JSON value.',
    anyOf: [
      { type: 'string' },
      { type: 'number' },
      { type: 'boolean' },
      { type: 'null' },
      { type: 'array', items: schemaRef('JsonValue') },
      { type: 'object', additionalProperties: schemaRef('JsonValue') },
    ],
  },
  Permission: {
    type: 'string',
    description: 'A permission, `kind:action`.',
    enum: permissions,
  },
  ResourceKind: {
    type: 'string',
    description: 'What a resource can be.',
    enum: resourceKinds.map(({ kind }) => kind),
  },
}

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A personal access token or a token of a virtual account: `ch_…`.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-commonhold-session',
    description: 'Set by signing in. Changes need the X-CSRF-Token header as well.',
  },
  operatorKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'The operator key of the deployment.',
  },
  operatorSession: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-commonhold-operator',
    description: 'Set by the operator’s sign-in.',
  },
}

const headerParameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'The same key and body get the same answer for 24 hours; nothing happens twice.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag that was read, such as "3". If it has changed since: 412.',
    schema: { type: 'string' },
  },
} as const satisfies Record<string, OpenApiParameter>

/** @returns the whole document. Pure: the same operations give the same text. */
export function openApi(operations: readonly AnyOperation[], version = '0.1.0'): OpenApiDocument {
  const components = componentsOf(operations, fixedSchemas)
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const operation of operations) {
    const path = fullPath(operation)
    paths[path] ??= {}
    paths[path][operation.method.toLowerCase()] = describe(operation, components)
  }
  const codes = Object.keys(errors) as ErrorCode[]
  return {
    openapi: '3.1.0',
    info: {
      title: 'Commonhold',
      version,
      summary: 'An open, self-hostable, multi-tenant control plane for AI platforms.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This deployment.' }],
    tags: [...new Set(operations.map(nounOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.schemas,
      responses: sharedResponses(operations),
      parameters: headerParameters,
      examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }])),
      securitySchemes,
    },
  }
}

const nounOf = ({ id }: AnyOperation) => id.split('.')[0]!

function describe(operation: AnyOperation, components: Components): OpenApiOperation {
  const { access } = operation
  const body = components.input(operation)
  return {
    operationId: operation.id,
    summary: operation.summary,
    tags: [nounOf(operation)],
    security: securityOf(operation),
    parameters: parametersOf(operation),
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: body, example: exampleOf(body, components.schemas) },
            },
          },
        }),
    responses: { ...successes(operation, components), ...refusals(operation) },
    'x-access': access.by,
    ...(access.by === 'permission'
      ? { 'x-permission': access.permission, 'x-permission-on': access.on }
      : {}),
    ...(operation.secret ? { 'x-secret': true } : {}),
  }
}

function securityOf({ access, area }: AnyOperation): OpenApiOperation['security'] {
  if (access.by === 'anyone') return []
  const names = area === 'operator' ? ['operatorKey', 'operatorSession'] : ['bearer', 'session']
  return names.map((name) => ({ [name]: [] }))
}

function parametersOf(operation: AnyOperation): OpenApiOperation['parameters'] {
  const inPath = Object.entries(jsonSchema(operation.params, 'input')?.properties ?? {})
  const query = jsonSchema(operation.query, 'input')
  const refs = [
    ...(takesIdempotencyKey(operation) ? ['IdempotencyKey'] : []),
    ...(takesIfMatch(operation) ? ['IfMatch'] : []),
  ]
  return [
    ...inPath.map(([name, schema]) => parameter('path', name, schema, true)),
    ...Object.entries(query?.properties ?? {}).map(([name, schema]) =>
      parameter('query', name, schema, query?.required?.includes(name) === true),
    ),
    ...refs.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ]
}

function parameter(
  place: 'path' | 'query',
  name: string,
  { description, ...schema }: JsonSchema,
  required: boolean,
): OpenApiParameter {
  return {
    name,
    in: place,
    required,
    ...(description === undefined ? {} : { description }),
    schema,
  }
}

function takesDryRun(operation: AnyOperation): boolean {
  return jsonSchema(operation.query, 'input')?.properties?.dryRun !== undefined
}

function successes(operation: AnyOperation, components: Components) {
  const { status } = operation
  const output = components.output(operation)
  const revision = output !== null && takesIfMatch(operation)
  const headers = {
    ...(status === 201
      ? { Location: { description: 'Where it is.', schema: { type: 'string' } } }
      : {}),
    ...(revision ? { ETag: { description: 'Its revision.', schema: { type: 'string' } } } : {}),
  }
  const dryRun = takesDryRun(operation)
  const schema =
    output !== null && dryRun && status === 200 ? { anyOf: [output, schemaRef('DryRun')] } : output
  const answer: OpenApiResponse = {
    description: status === 204 ? 'Done.' : status === 201 ? 'Created.' : 'The answer.',
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(schema === null ? {} : { content: { 'application/json': { schema } } }),
  }
  const wouldDo: OpenApiResponse = {
    description: 'With dryRun: what would change. Nothing was written.',
    content: { 'application/json': { schema: schemaRef('DryRun') } },
  }
  return { ...(dryRun && status !== 200 ? { 200: wouldDo } : {}), [status]: answer }
}

/** The name says the codes: operations that refuse alike share the response. */
function refusals(operation: AnyOperation): Record<string, { $ref: string }> {
  const sets = refusalSets(operation).map(({ status, codes }) => {
    return [String(status), { $ref: `#/components/responses/${nameOfSet(codes)}` }] as const
  })
  return Object.fromEntries(sets)
}

interface RefusalSet {
  readonly status: number
  readonly codes: readonly ErrorCode[]
}

const nameOfSet = (codes: readonly ErrorCode[]) =>
  codes.map((code) => pascalCase(code.replaceAll('_', '-'))).join('Or')

function refusalSets(operation: AnyOperation): RefusalSet[] {
  const byStatus = Map.groupBy(refusalsOf(operation), (code) => errors[code].status)
  return [...byStatus].map(([status, codes]) => ({ status, codes }))
}

function sharedResponses(operations: readonly AnyOperation[]): Record<string, OpenApiResponse> {
  const sets = operations.flatMap(refusalSets)
  return Object.fromEntries(sets.map((set) => [nameOfSet(set.codes), refusal(set)]))
}

function refusal({ status, codes }: RefusalSet): OpenApiResponse {
  const mayRetry = status === 429 || status === 503
  const retryAfter = { description: 'In seconds.', schema: { type: 'integer' } }
  const schema = {
    allOf: [schemaRef('Problem'), { properties: { code: { type: 'string', enum: codes } } }],
  }
  const examples = codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])
  return {
    description: codes.map((code) => `${errors[code].title} (\`${code}\`).`).join(' '),
    ...(mayRetry ? { headers: { 'Retry-After': retryAfter } } : {}),
    content: { 'application/problem+json': { schema, examples: Object.fromEntries(examples) } },
  }
}
