/**
 * The OpenAPI 3.1 document, derived from the contract. A pure function: contract/openapi.json is
 * its committed result, and the SDK's types are printed from it.
 */
import { type Components, componentsOf } from './components.ts'
import { type ErrorCode, errors } from './errors.ts'
import { exampleOf } from './example.ts'
import { type JsonSchema, jsonSchema, schemaRef } from './json-schema.ts'
import type {
  OpenApiDocument,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
} from './openapi-document.ts'
import { fixedSchemas, headerParameters, securitySchemes } from './openapi-fixed.ts'
import { refusalResponses, sharedResponses } from './openapi-refusals.ts'
import { type AnyOperation, fullPath } from './operation.ts'
import { problemExample, takesIdempotencyKey, takesIfMatch } from './refusals.ts'

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
    responses: { ...successes(operation, components), ...refusalResponses(operation) },
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

const mediaTypeOf = ({ csv }: AnyOperation) => (csv ? 'text/csv' : 'application/json')

function successes(operation: AnyOperation, components: Components) {
  const { status } = operation
  const output = components.output(operation)
  const properties = jsonSchema(operation.output, 'output')?.properties
  const headers = {
    ...(status === 201 && properties?.id !== undefined
      ? { Location: { description: 'Where it is.', schema: { type: 'string' } } }
      : {}),
    ...(properties?.revision !== undefined
      ? { ETag: { description: 'Its revision.', schema: { type: 'string' } } }
      : {}),
  }
  const dryRun = takesDryRun(operation)
  const schema =
    output !== null && dryRun && status === 200 ? { anyOf: [output, schemaRef('DryRun')] } : output
  const answer: OpenApiResponse = {
    description: status === 204 ? 'Done.' : status === 201 ? 'Created.' : 'The answer.',
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(schema === null ? {} : { content: { [mediaTypeOf(operation)]: { schema } } }),
  }
  const wouldDo: OpenApiResponse = {
    description: 'With dryRun: what would change. Nothing was written.',
    content: { 'application/json': { schema: schemaRef('DryRun') } },
  }
  return { ...(dryRun && status !== 200 ? { 200: wouldDo } : {}), [status]: answer }
}
