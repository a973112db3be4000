/**
 * The shared schemas of the OpenAPI document. An output is named after its noun when it is what the
 * noun's `get` answers; whatever is the same as a named one, anywhere, refers to it. So the SDK has
 * one `Team`, not one per operation.
 */
import { type JsonSchema, jsonSchema, mapChildren, schemaRef } from './json-schema.ts'
import type { AnyOperation } from './operation.ts'

/** Outputs whose derived name would read badly. Everything else is `Noun`, `NounList`, `NounVerbResult`. */
const outputNames: Readonly<Record<string, string>> = {
  'access.check': 'AccessAnswer',
  'access.explain': 'AccessExplanation',
  'account.bill': 'AccountBill',
  'audit-event.denials': 'AuditDenial',
  'invitation.inspect': 'InvitationPreview',
  'invitation.renew': 'InvitationWithLink',
  'me.account': 'MeInAccount',
  'me.update': 'Principal',
  'request-log.get': 'LoggedRequestInFull',
  'request-log.list': 'LoggedRequest',
  'request-log.reveal': 'RevealedBodies',
  'secret.reveal': 'RevealedSecret',
  'session.list': 'ListedSession',
  'token.create': 'TokenWithSecret',
  'usage.list': 'UsageRecord',
  'usage.summary': 'UsageSummary',
}

/** With fewer fields than this, containing all of another's is a coincidence. */
const EXTENDED_FIELDS_MIN = 6

export interface Components {
  readonly schemas: Readonly<Record<string, JsonSchema>>
  /** Reference to the answer of an operation, null where it has none. */
  readonly output: (operation: AnyOperation) => JsonSchema | null
  /** Reference to the body of an operation, null where it takes none. */
  readonly input: (operation: AnyOperation) => JsonSchema | null
}

export function pascalCase(id: string): string {
  return id.replace(/(?:^|[-.])(.)/g, (_, letter: string) => letter.toUpperCase())
}

/** @param fixed schemas that are there whatever the operations are (Problem, Permission …) */
export function componentsOf(
  operations: readonly AnyOperation[],
  fixed: Readonly<Record<string, JsonSchema>>,
): Components {
  const named = nameOutputs(operations)
  const nameOf = new Map([...named].map(([name, schema]) => [keyOf(schema), name]))
  const refer = (schema: JsonSchema): JsonSchema => {
    const name = nameOf.get(keyOf(schema))
    if (name !== undefined) return withDescription(schemaRef(name), schema)
    return mapChildren(extended(schema, named) ?? schema, refer)
  }
  const inputs = new Map<string, JsonSchema>()
  for (const operation of operations) {
    const body = jsonSchema(operation.body, 'input')
    if (body !== null) inputs.set(inputName(operation), body)
  }
  const outputs = [...named].map(([name, schema]) => {
    return [name, mapChildren(extended(schema, named) ?? schema, refer)] as const
  })
  return {
    schemas: Object.fromEntries([...outputs, ...inputs, ...Object.entries(fixed)].sort(byName)),
    output: (operation) => {
      const schema = jsonSchema(operation.output, 'output')
      return schema === null ? null : refer(schema)
    },
    input: (operation) =>
      inputs.has(inputName(operation)) ? schemaRef(inputName(operation)) : null,
  }
}

const byName = ([a]: readonly [string, JsonSchema], [b]: readonly [string, JsonSchema]) =>
  a < b ? -1 : 1

const inputName = ({ id }: AnyOperation) => `${pascalCase(id)}Input`

function nameOutputs(operations: readonly AnyOperation[]): Map<string, JsonSchema> {
  const named = new Map<string, JsonSchema>()
  const taken = new Set<string>()
  const add = (name: string, schema: JsonSchema) => {
    if (taken.has(keyOf(schema))) return
    if (named.has(name)) throw new Error(`Two outputs would be called ${name}.`)
    named.set(name, schema)
    taken.add(keyOf(schema))
  }
  // The noun's own object first: what it is called must not depend on who else answers with it.
  for (const operation of [...operations].sort((a, b) => rank(a) - rank(b))) {
    const schema = jsonSchema(operation.output, 'output')
    // A text has no name: it would be that of every other text.
    if (schema === null || operation.csv) continue
    const item = itemOfList(schema)
    if (item === null) add(nameFor(operation), schema)
    else {
      add(nameFor(operation), item)
      add(`${[...named].find(([, s]) => keyOf(s) === keyOf(item))![0]}List`, schema)
    }
  }
  return named
}

const verbsThatAnswerWithTheNoun = ['get', 'list', 'create']

function rank({ id }: AnyOperation): number {
  const place = verbsThatAnswerWithTheNoun.indexOf(id.split('.')[1]!)
  return place === -1 ? verbsThatAnswerWithTheNoun.length : place
}

function nameFor(operation: AnyOperation): string {
  const [noun, verb] = operation.id.split('.') as [string, string]
  const isNoun = verb === 'get' || verb === 'list'
  return (
    outputNames[operation.id] ?? (isNoun ? pascalCase(noun) : `${pascalCase(operation.id)}Result`)
  )
}

function itemOfList({ properties }: JsonSchema): JsonSchema | null {
  const isList = properties?.items?.items !== undefined && properties.nextCursor !== undefined
  return isList ? properties!.items!.items! : null
}

/** What a schema is, whatever it is called where it stands. */
function keyOf({ description: _, ...schema }: JsonSchema): string {
  return JSON.stringify(schema)
}

function withDescription(schema: JsonSchema, { description }: JsonSchema): JsonSchema {
  return description === undefined ? schema : { ...schema, description }
}

/** @returns the schema as "all of a named one, and more", or null if it contains none. */
function extended(schema: JsonSchema, named: ReadonlyMap<string, JsonSchema>): JsonSchema | null {
  const { properties, required = [] } = schema
  if (properties === undefined) return null
  const own = Object.entries(properties)
  const bases = [...named].filter(([, base]) => {
    const fields = Object.entries(base.properties ?? {})
    return (
      fields.length >= EXTENDED_FIELDS_MIN &&
      fields.length < own.length &&
      fields.every(([key, field]) => JSON.stringify(properties[key]) === JSON.stringify(field)) &&
      base.required?.every((key) => required.includes(key)) === true
    )
  })
  const size = ([, base]: [string, JsonSchema]) => Object.keys(base.properties!).length
  const largest = bases.sort((a, b) => size(b) - size(a))[0]
  if (largest === undefined) return null
  const [name, base] = largest
  const more = own.filter(([key]) => base.properties![key] === undefined)
  return {
    allOf: [
      schemaRef(name),
      {
        type: 'object',
        properties: Object.fromEntries(more),
        required: required.filter((key) => base.required?.includes(key) !== true),
      },
    ],
  }
}
