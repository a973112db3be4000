/** What the generators need to know of an operation, read from the OpenAPI document. */
import { type AnyOperation, fullPath, isMutation, operations } from '@commonhold/contract'
import type { JsonSchema } from '../../contract/src/json-schema.ts'
import type {
  OpenApiOperation,
  OpenApiParameter,
  OpenApiResponse,
} from '../../contract/src/openapi-document.ts'
import { document } from './openapi.ts'

export interface OperationView {
  readonly id: string
  /** In camel case, as in `client.teamMember.add`. */
  readonly noun: string
  readonly verb: string
  readonly summary: string
  readonly method: AnyOperation['method']
  readonly path: string
  readonly area: AnyOperation['area']
  readonly status: number
  readonly params: readonly OpenApiParameter[]
  /** Without `dryRun`, which is an option of the call. */
  readonly query: readonly OpenApiParameter[]
  readonly dryRun: boolean
  readonly idempotencyKey: boolean
  readonly ifMatch: boolean
  readonly secret: boolean
  /** Changes nothing. */
  readonly safe: boolean
  readonly body: JsonSchema | null
  readonly output: JsonSchema | null
}

export function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

const isParameter = (p: OpenApiOperation['parameters'][number]): p is OpenApiParameter =>
  'name' in p

function view(operation: AnyOperation): OperationView {
  const { id, method, status } = operation
  const described = document.paths[fullPath(operation)]![method.toLowerCase()]!
  const parameters = described.parameters.filter(isParameter)
  const refers = (name: string) =>
    described.parameters.some((p) => '$ref' in p && p.$ref.endsWith(`/${name}`))
  const answer = described.responses[status] as OpenApiResponse
  const schema = Object.values(answer.content ?? {})[0]?.schema ?? null
  const [noun, verb] = id.split('.') as [string, string]
  return {
    id,
    noun: camelCase(noun),
    verb: camelCase(verb),
    summary: described.summary,
    method,
    path: fullPath(operation),
    area: operation.area,
    status,
    params: parameters.filter((p) => p.in === 'path'),
    query: parameters.filter((p) => p.in === 'query' && p.name !== 'dryRun'),
    dryRun: parameters.some((p) => p.name === 'dryRun'),
    idempotencyKey: refers('IdempotencyKey'),
    ifMatch: refers('IfMatch'),
    secret: operation.secret === true,
    safe: !isMutation(operation),
    body: described.requestBody?.content['application/json']?.schema ?? null,
    // With a dry run the 200 is "the answer or a dry run": the first is the answer.
    output: schema?.anyOf?.[1]?.$ref?.endsWith('/DryRun') ? schema.anyOf[0]! : schema,
  }
}

export const views: readonly OperationView[] = operations.map(view)
