/**
 * JSON Schema of a contract schema, in the form that people read: what zod writes, without what is
 * only noise (bounds of a double, the patterns of formats, our own recursion's made-up names).
 */
import { resourceKinds } from '@commonhold/core'
import { z } from 'zod'
import { permission } from './fields.ts'

export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  description?: string
  format?: string
  pattern?: string
  enum?: readonly (string | number | boolean | null)[]
  const?: string | number | boolean | null
  default?: unknown
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  propertyNames?: JsonSchema
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  examples?: unknown[]
}

export const schemaRef = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

/** z.json() is the only recursive schema there is; zod makes a name up for each use of it. */
const madeUpRef = /^#\/\$defs\/__schema\d+$/
const isJsonValue = (schema: JsonSchema) =>
  schema.anyOf?.map(({ type }) => type).join() === 'string,number,boolean,null,array,object'

const kindNames = resourceKinds.map(({ kind }) => kind).join()

/** Formats say more than the patterns that check them. */
const formatsWithoutPattern = new Set(['date-time', 'email', 'ipv4', 'ipv6', 'cidrv4', 'cidrv6'])

/**
 * @param io `input` for what a caller sends (defaults are optional, closed objects stay closed),
 * `output` for what it receives (open: fields may be added without a new version)
 * @returns null for "nothing" (`z.undefined()`)
 * @throws when a schema is recursive in another way than z.json(), which has no component's name
 */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema | null {
  if (schema instanceof z.ZodUndefined) return null
  const written = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: json }) => {
      if ((zodSchema as unknown) === permission) {
        for (const key of Object.keys(json)) delete json[key as keyof typeof json]
        Object.assign(json, schemaRef('Permission'))
      }
    },
  }) as JsonSchema & { $schema?: string; $defs?: Record<string, JsonSchema> }
  const { $schema: _, $defs, ...rest } = written
  if (!Object.values($defs ?? {}).every(isJsonValue)) {
    throw new Error('A schema is recursive: it needs the name of a component.')
  }
  return tidy(rest, io)
}

/** @returns the schema with `change` applied to each schema directly inside it. */
export function mapChildren(
  schema: JsonSchema,
  change: (child: JsonSchema) => JsonSchema,
): JsonSchema {
  const result: JsonSchema = { ...schema }
  if (schema.properties !== undefined) {
    const entries = Object.entries(schema.properties).map(([key, child]) => [key, change(child)])
    result.properties = Object.fromEntries(entries)
  }
  if (typeof schema.additionalProperties === 'object') {
    result.additionalProperties = change(schema.additionalProperties)
  }
  if (schema.items !== undefined) result.items = change(schema.items)
  for (const key of ['anyOf', 'oneOf', 'allOf'] as const) {
    if (schema[key] !== undefined) result[key] = schema[key].map(change)
  }
  return result
}

function tidy(schema: JsonSchema, io: 'input' | 'output'): JsonSchema {
  if (madeUpRef.test(schema.$ref ?? '')) return schemaRef('JsonValue')
  if (schema.enum?.join() === kindNames) {
    const { enum: _enum, type: _type, ...rest } = schema
    return { ...rest, ...schemaRef('ResourceKind') }
  }
  const result = mapChildren(schema, (child) => tidy(child, io))
  if (result.minimum === Number.MIN_SAFE_INTEGER) delete result.minimum
  if (result.maximum === Number.MAX_SAFE_INTEGER) delete result.maximum
  if (result.format !== undefined && formatsWithoutPattern.has(result.format)) delete result.pattern
  if (io === 'output' && result.additionalProperties === false) delete result.additionalProperties
  if (JSON.stringify(result.propertyNames) === '{"type":"string"}') delete result.propertyNames
  return result
}
