/**
 * An example of a body, made from its schema: the names that the documentation uses where a field
 * has one, else the smallest value that the schema allows. A test parses each with the contract.
 */
import type { JsonSchema } from './json-schema.ts'

const byField: Readonly<Record<string, unknown>> = {
  name: 'team1',
  displayName: 'Team One',
  tenantDisplayName: 'Acme',
  description: 'What it is for.',
  email: 'ana@example.com',
  password: 'correct horse battery staple',
  currentPassword: 'correct horse battery staple',
  newPassword: 'a longer and better passphrase',
  secret: 'the-secret-from-the-link',
  amountUsd: '100',
  timeZone: 'Europe/Berlin',
  expiresAt: '2027-01-01T00:00:00Z',
  validFrom: '2027-01-01T00:00:00Z',
  role: 'editor',
  permission: 'model:use',
  namespace: 'team-a',
  apiServer: 'https://kubernetes.example.com',
  baseUrl: 'https://api.example.com/v1',
  ipAllowlist: ['203.0.113.0/24'],
  inputPerMillionUsd: '2.50',
  cachedInputPerMillionUsd: '1.25',
  cacheWritePerMillionUsd: '2.50',
  outputPerMillionUsd: '10',
  perRequestUsd: '0',
}

type Schemas = Readonly<Record<string, JsonSchema>>

/**
 * @param schemas what a `$ref` may point to
 * @param field the name of the field that the value is for
 */
export function exampleOf(schema: JsonSchema, schemas: Schemas, field = ''): unknown {
  if (schema.$ref !== undefined) {
    return exampleOf(schemas[schema.$ref.split('/').at(-1)!]!, schemas, field)
  }
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) {
    return schema.enum.includes(byField[field] as string) ? byField[field] : schema.enum[0]
  }
  const hasOwn = byField[field] !== undefined && schema.type !== 'object'
  if (hasOwn && !schema.anyOf?.some(({ type }) => type === 'object')) return byField[field]
  if (schema.default !== undefined) return schema.default
  const variant = (schema.anyOf ?? schema.oneOf)?.[0]
  if (variant !== undefined) return exampleOf(variant, schemas, field)
  return ofType(schema, schemas, field)
}

function ofType(schema: JsonSchema, schemas: Schemas, field: string): unknown {
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, child]) => [
          key,
          exampleOf(child, schemas, key),
        ]),
      )
    case 'array':
      return [exampleOf(schema.items ?? {}, schemas, field.replace(/s$/, ''))]
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1)
    case 'boolean':
      return true
    default:
      return `a-${kebab(field) || 'value'}`
  }
}

const kebab = (field: string) => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
