/** From flags to what an operation takes. Values are checked by the server, which knows the rules. */
import type { CommandEntry, Flag, Variants } from './command.ts'
import { UsageError } from './failure.ts'

/** Values of flags by their name: texts, or true and false for a switch. */
export type Given = Readonly<Record<string, string | readonly string[] | boolean | undefined>>

export type Json = { [key: string]: unknown }

/**
 * @param data the object of `--data`, which flags add to and override
 * @throws UsageError when a flag is missing or is not of its type
 */
export function bodyOf(entry: CommandEntry, given: Given, data: Json): Json {
  const body = structuredClone(data)
  for (const flag of entry.body ?? []) {
    const value = givenValue(flag, given)
    if (value !== undefined) put(body, flag.to, value)
  }
  for (const variants of entry.variants ?? []) inferTag(body, variants)
  const missing = (entry.body ?? []).filter(
    ({ required, to }) => required === true && at(body, to) === undefined,
  )
  refuseMissing(missing)
  return body
}

/** Path and query parameters together, as the SDK takes them. */
export function paramsOf(entry: CommandEntry, given: Given): Json {
  const params: Json = {}
  for (const flag of [...entry.params, ...entry.query]) {
    const value = givenValue(flag, given)
    if (value !== undefined) params[flag.to[0]!] = value
  }
  refuseMissing(entry.params.filter(({ to }) => params[to[0]!] === undefined))
  return params
}

function refuseMissing(flags: readonly Flag[]): void {
  if (flags.length === 0) return
  const names = flags.map(({ flag, secret }) => (secret ? `--${flag}-stdin` : `--${flag}`))
  throw new UsageError(`Missing: ${names.join(', ')}`)
}

function givenValue(flag: Flag, given: Given): unknown {
  const value = given[flag.flag]
  if (value === undefined || typeof value === 'boolean') return value
  const texts = typeof value === 'string' ? [value] : value
  if (flag.nullable === true && texts.length === 1 && texts[0] === 'null') return null
  const values = texts.map((text) => parsed(flag, text))
  // `--boundary standard` is the preset; `--boundary model:use` is a list of one permission.
  const isWord = texts.length === 1 && flag.values?.includes(texts[0]!) === true
  return flag.repeated === true && !isWord ? values : values[0]
}

function parsed({ flag, type }: Flag, text: string): unknown {
  if (type === 'string') return text
  if (type === 'number') {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(value)) throw new UsageError(`--${flag} is a number, not "${text}".`)
    return value
  }
  return parseJson(text, `--${flag}`)
}

export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new UsageError(`${where} is JSON, and what was given is not.`)
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function at(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((here, key) => (isObject(here) ? here[key] : undefined), object)
}

function put(body: Json, path: readonly string[], value: unknown): void {
  let here = body
  for (const key of path.slice(0, -1)) {
    if (!isObject(here[key])) here[key] = {}
    here = here[key] as Json
  }
  here[path.at(-1)!] = value
}

/** `--subject.user ana@example.com` says that the subject is a user. */
function inferTag(body: Json, { at: path, tag, fields }: Variants): void {
  const object = at(body, path)
  if (!isObject(object) || object[tag] !== undefined) return
  const given = Object.keys(object).sort().join()
  const matching = Object.entries(fields).filter(([, names]) => names.toSorted().join() === given)
  if (matching.length === 1) object[tag] = matching[0]![0]
}
