/**
 * An example of a body, made from its schema: the names that the documentation uses where a field
 * has one, else the smallest value that the schema allows. A test parses each with the contract.
 */
import type { JsonSchema } from './json-schema.ts'

const byField: Readonly<Record<string, unknown>> = {
  until: '2027-01-01T00:00:00Z',
  reason: 'Launch week',
  name: 'research',
  displayName: 'Research',
  tenant: 'acme',
  tenantDisplayName: 'Acme',
  description: 'What it is for.',
  email: 'ana@example.com',
  password: 'correct horse battery staple',
  currentPassword: 'correct horse battery staple',
  newPassword: 'a longer and better passphrase',
  secret: 'the-secret-from-the-link',
  user: 'ana@example.com',
  member: 'ana@example.com',
  team: 'research',
  role: 'editor',
  permission: 'model:use',
  kind: 'model',
  resource: 'openai/small',
  model: 'openai/small',
  to: 'research',
  upTo: 'user',
  boundary: 'standard',
  charge: 'use_01jdqnw000e008000000000001',
  amountUsd: '100',
  amount: 100,
  period: 'month',
  timeZone: 'Europe/Berlin',
  expiresAt: '2027-01-01T00:00:00Z',
  validFrom: '2027-01-01T00:00:00Z',
  overlapSeconds: 3600,
  windowSeconds: 60,
  namespace: 'research',
  cluster: 'eu-west',
  apiServer: 'https://kubernetes.example.com',
  providerAccount: 'openai',
  baseUrl: 'https://api.example.com/v1',
  apiKey: 'the-key-from-the-vendor',
  upstreamModel: 'small-2026-10',
  contextTokensMax: 128_000,
  outputTokensMax: 16_000,
  content: 'You answer in one sentence.',
  secretGroup: 'deployment',
  value: 'the-value-to-keep',
  key: 'the-operator-key',
  multiTenancy: true,
  ipAllowlist: ['203.0.113.0/24'],
  inputPerMillionUsd: '2.50',
  cachedInputPerMillionUsd: '1.25',
  outputPerMillionUsd: '10',
}

/** The same names mean times elsewhere. */
const byTimeField: Readonly<Record<string, string>> = {
  from: '2026-11-01T00:00:00Z',
  to: '2026-12-01T00:00:00Z',
}

const personName = 'Ana Okafor'

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
  if (schema.format === 'date-time' && byTimeField[field] !== undefined) return byTimeField[field]
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
        Object.entries(schema.properties ?? {})
          .filter(([key, child]) => schema.required?.includes(key) || isTelling(key, child))
          .map(([key, child]) => {
            const isPerson = key === 'displayName' && schema.properties?.email !== undefined
            return [key, isPerson ? personName : exampleOf(child, schemas, key)]
          }),
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

/** Whether an example is better with this optional field than without it. */
const isTelling = (key: string, child: JsonSchema) =>
  byField[key] !== undefined || child.properties !== undefined

const kebab = (field: string) => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
