/** Flags of the command line for a JSON Schema: a flag for each leaf, nested ones with a dot. */
import type { Flag, FlagType, Variants } from '../../cli/src/command.ts'
import type { JsonSchema } from '../../contract/src/json-schema.ts'
import { document } from './openapi.ts'

/** Fields that must not be seen in a process list or a shell's history. */
const secretFields = new Set([
  'password',
  'currentPassword',
  'newPassword',
  'apiKey',
  'secretAccessKey',
  'sessionToken',
  'serviceAccountKey',
  'secret',
  'value',
  'key',
])

export const kebabCase = (name: string) =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

export function resolved(schema: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema
  const { $ref, ...rest } = schema
  return { ...document.components.schemas[$ref.split('/').at(-1)!], ...rest }
}

/** @returns a flag for one value, whatever its schema is. */
export function flagOf(to: readonly string[], given: JsonSchema, required: boolean): Flag {
  const { schema, nullable } = withoutNull(given)
  const isArray = schema.type === 'array'
  // "One of these words, or a list": a list of one word is the word.
  const list = schema.anyOf?.map(resolved).find(({ type }) => type === 'array')
  const word = schema.anyOf?.map(resolved).find(({ enum: words }) => words !== undefined)
  const item = resolved((isArray ? schema.items : list?.items) ?? schema)
  const values = (word?.enum ?? (isArray ? undefined : item.enum)) as string[] | undefined
  const isSecret = secretFields.has(to.at(-1)!)
  return {
    flag: to.map(kebabCase).join('.'),
    to,
    type: word === undefined ? typeOf(item) : 'string',
    ...(required ? { required } : {}),
    ...(isArray || list !== undefined ? { repeated: true } : {}),
    ...(nullable ? { nullable } : {}),
    ...(isSecret ? { secret: true } : {}),
    ...(values === undefined || values.length > 12 ? {} : { values }),
    ...(given.description === undefined ? {} : { description: given.description }),
  }
}

function withoutNull(given: JsonSchema): { schema: JsonSchema; nullable: boolean } {
  const schema = resolved(given)
  const others = schema.anyOf?.filter(({ type }) => type !== 'null')
  if (others === undefined || others.length === schema.anyOf!.length) {
    return { schema, nullable: false }
  }
  const rest = others.length === 1 ? resolved(others[0]!) : { anyOf: others }
  return { schema: rest, nullable: true }
}

function typeOf(schema: JsonSchema): FlagType {
  const variants = (schema.anyOf ?? schema.oneOf)?.map(resolved)
  if (variants?.every(({ type }) => type === 'string') === true) return 'string'
  if (schema.type === 'integer' || schema.type === 'number') return 'number'
  return schema.type === 'string' || schema.type === 'boolean' ? schema.type : 'json'
}

export interface BodyFlags {
  readonly flags: readonly Flag[]
  readonly variants: readonly Variants[]
}

/** @returns the flags of a body, and its objects that are one of several. */
export function bodyFlags(body: JsonSchema, at: readonly string[] = [], needed = true): BodyFlags {
  const { schema, nullable } = withoutNull(body)
  const parts = Object.entries(schema.properties ?? {}).map(([key, child]): BodyFlags => {
    const to = [...at, key]
    const required = needed && schema.required?.includes(key) === true
    const inner = withoutNull(child).schema
    if (inner.properties !== undefined) return bodyFlags(child, to, required)
    if (inner.oneOf !== undefined) return variantFlags(inner.oneOf.map(resolved), to)
    return { flags: [flagOf(to, child, required)], variants: [] }
  })
  // An object that may be null: `--budget null` takes it away.
  const whole: Flag[] = nullable
    ? [{ flag: at.map(kebabCase).join('.'), to: at, type: 'json', nullable: true }]
    : []
  return {
    flags: [...whole, ...parts.flatMap(({ flags }) => flags)],
    variants: parts.flatMap(({ variants }) => variants),
  }
}

/** The flags of all variants together; the tag is optional, since the others usually tell it. */
function variantFlags(variants: readonly JsonSchema[], at: readonly string[]): BodyFlags {
  const tag = Object.entries(variants[0]!.properties!).find(([, s]) => s.const !== undefined)![0]
  const tagValue = (variant: JsonSchema) => String(variant.properties![tag]!.const)
  const fields = new Map(
    variants.flatMap(({ properties = {} }) =>
      Object.entries(properties).filter(([key]) => key !== tag),
    ),
  )
  const tagFlag = flagOf([...at, tag], { enum: variants.map(tagValue), type: 'string' }, false)
  return {
    flags: [tagFlag, ...[...fields].map(([key, schema]) => flagOf([...at, key], schema, false))],
    variants: [
      {
        at,
        tag,
        fields: Object.fromEntries(
          variants.map((v) => [tagValue(v), (v.required ?? []).filter((key) => key !== tag)]),
        ),
      },
    ],
  }
}
