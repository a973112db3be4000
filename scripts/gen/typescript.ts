/** Prints JSON Schema as TypeScript: just the part of JSON Schema that the contract uses. */
import type { JsonSchema } from '../../contract/src/json-schema.ts'

/** `input`: a field that may be left out may be undefined as well, since JSON drops it. */
type Direction = 'input' | 'output'

/** @returns `export interface Name {…}`, or `export type Name = …` where it is not an object. */
export function declaration(name: string, schema: JsonSchema): string {
  const direction = name.endsWith('Input') ? 'input' : 'output'
  const comment = jsDoc(schema.description, '')
  const fields = schema.properties === undefined ? null : fieldsOf(schema, direction, '')
  return fields === null
    ? `${comment}export type ${name} =${spaced(typeOf(schema, direction, ''))}\n`
    : `${comment}export interface ${name} ${fields}\n`
}

export function typeOf(schema: JsonSchema, direction: Direction, indent: string): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1)!
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum !== undefined) return union(schema.enum.map(literal), indent)
  if (schema.allOf !== undefined) {
    return schema.allOf.map((part) => typeOf(part, direction, indent)).join(' & ')
  }
  const variants = schema.anyOf ?? schema.oneOf
  if (variants !== undefined) {
    return union([...new Set(variants.map((v) => typeOf(v, direction, indent)))], indent)
  }
  if (Array.isArray(schema.type)) {
    return union(
      schema.type.map((type) => typeOf({ type }, direction, indent)),
      indent,
    )
  }
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return arrayOf(typeOf(schema.items ?? {}, direction, indent))
    case 'object':
      return objectOf(schema, direction, indent)
    default:
      return 'unknown'
  }
}

function objectOf(schema: JsonSchema, direction: Direction, indent: string): string {
  if (schema.properties !== undefined) return fieldsOf(schema, direction, indent)
  const { additionalProperties: values } = schema
  return `{ [key: string]: ${typeof values === 'object' ? typeOf(values, direction, indent) : 'unknown'} }`
}

function fieldsOf(schema: JsonSchema, direction: Direction, indent: string): string {
  const inner = `${indent}  `
  const lines = Object.entries(schema.properties!).map(([key, child]) => {
    const optional = schema.required?.includes(key) !== true
    const type = typeOf(child, direction, inner)
    const orUndefined = optional && direction === 'input' ? ' | undefined' : ''
    const name = /^[A-Za-z_]\w*$/.test(key) ? key : literal(key)
    const comment = jsDoc(child.description, inner)
    return `${comment}${inner}${name}${optional ? '?' : ''}:${spaced(type)}${orUndefined}\n`
  })
  return lines.length === 0 ? 'Record<string, never>' : `{\n${lines.join('')}${indent}}`
}

function union(parts: readonly string[], indent: string): string {
  const line = parts.join(' | ')
  const isLong = line.length > 80 && parts.length > 3
  return isLong ? parts.map((part) => `\n${indent}  | ${part}`).join('') : line
}

/** A long union begins on a line of its own. */
const spaced = (type: string) => (type.startsWith('\n') ? type : ` ${type}`)

const arrayOf = (item: string) => (/^[\w.]+$/.test(item) ? `${item}[]` : `Array<${item}>`)

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replace(/['\\]/g, '\\$&')}'` : String(value)
}

export function jsDoc(text: string | undefined, indent: string): string {
  return text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n`
}
