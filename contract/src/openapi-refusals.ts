/** Refusals in the OpenAPI document: one shared response for each set of codes. */
import { pascalCase } from './components.ts'
import { type ErrorCode, errors } from './errors.ts'
import { schemaRef } from './json-schema.ts'
import type { OpenApiResponse } from './openapi-document.ts'
import type { AnyOperation } from './operation.ts'
import { refusalsOf } from './refusals.ts'

/** The name says the codes: operations that refuse alike share the response. */
export function refusalResponses(operation: AnyOperation): Record<string, { $ref: string }> {
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

export function sharedResponses(
  operations: readonly AnyOperation[],
): Record<string, OpenApiResponse> {
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
