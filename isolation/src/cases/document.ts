/** What the published API says of an operation: the matrix asks it where ids can stand. */
import { type AnyOperation, fullPath } from '@commonhold/contract'
import document from '@commonhold/contract/openapi.json' with { type: 'json' }

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly maxLength?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly schema: Schema
}

interface Documented {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { content: { 'application/json': { schema: Schema } } }
}

/** As `reference` of the contract (contract/src/fields.ts) is published: nothing else has this length. */
const referenceLettersMax = 160

export function documented(operation: AnyOperation): Documented {
  const paths = document.paths as unknown as Record<string, Record<string, Documented>>
  return paths[fullPath(operation)]?.[operation.method.toLowerCase()] ?? {}
}

export function isReference(schema: Schema): boolean {
  const { maxLength, anyOf, oneOf } = resolved(schema)
  if (maxLength === referenceLettersMax) return true
  return [...(anyOf ?? []), ...(oneOf ?? [])].some(isReference)
}

function resolved(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
  const schemas = document.components.schemas as unknown as Record<string, Schema>
  return schemas[name] ?? {}
}

/** @returns the fields of the body that refer to something: `targets[].model` */
export function referencesIn(operation: AnyOperation): string[] {
  const schema = documented(operation).requestBody?.content['application/json'].schema
  return schema === undefined ? [] : [...new Set(fieldsIn(schema, ''))]
}

function fieldsIn(given: Schema, path: string): string[] {
  const schema = resolved(given)
  const { properties = {}, items, anyOf = [], oneOf = [], allOf = [] } = schema
  return [
    ...(schema.maxLength === referenceLettersMax ? [path] : []),
    ...Object.entries(properties).flatMap(([name, field]) =>
      fieldsIn(field, path === '' ? name : `${path}.${name}`),
    ),
    ...(items ? fieldsIn(items, `${path}[]`) : []),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((one) => fieldsIn(one, path)),
  ]
}
