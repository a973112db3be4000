/**
 * What is taken out of a request's and an answer's body before it is kept in a request log: addresses,
 * card numbers and keys wherever they stand, and fields that an account names.
 *
 * Fields are named by a path and not by a regular expression: whoever may set one could otherwise stop
 * a gateway with a pattern that backtracks for ever. The built-in patterns have bounded repetitions
 * only, so each takes time in proportion to the text.
 */

export interface RedactionRules {
  readonly emails: boolean
  readonly cardNumbers: boolean
  readonly keys: boolean
  /** Paths, such as `messages[*].content`, `user` or `**.password`. */
  readonly fields: readonly string[]
}

/** One step of a path: a field's name, `*` for each field or item, `**` for any depth, or an item. */
export type PathStep =
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'each' }
  | { readonly type: 'any_depth' }
  | { readonly type: 'item'; readonly index: number }

export const fieldPathStepsMax = 12
/** Deeper than this nothing is kept: a body that is nested like that is nobody's prompt. */
export const redactionDepthMax = 200
export const redactedText = '[redacted]'

const stepPattern = /(?:^|\.)(\*\*|\*|[A-Za-z0-9_-]{1,64})|\[(\*|\d{1,6})\]/y

/**
 * @param path has `**` once at most, so that following it takes few steps at every depth
 * @returns the steps of the path, or null where it is none; a `$.` in front is passed over
 */
export function parseFieldPath(path: string): readonly PathStep[] | null {
  const text = path.startsWith('$.') ? path.slice(2) : path
  const steps: PathStep[] = []
  let at = 0
  while (at < text.length) {
    stepPattern.lastIndex = at
    const found = stepPattern.exec(text)
    if (found === null || steps.length === fieldPathStepsMax) return null
    steps.push(stepOf(found[1], found[2]))
    at = stepPattern.lastIndex
  }
  const last = steps.at(-1)
  if (last === undefined || last.type === 'any_depth') return null
  return steps.filter(({ type }) => type === 'any_depth').length > 1 ? null : steps
}

function stepOf(name: string | undefined, item: string | undefined): PathStep {
  if (name === '**') return { type: 'any_depth' }
  if (name === '*' || item === '*') return { type: 'each' }
  return name === undefined ? { type: 'item', index: Number(item) } : { type: 'name', name }
}

/** @returns what takes out of a JSON value all that the rules name, and leaves the value as it was */
export function redactor(rules: RedactionRules): (value: unknown) => unknown {
  const paths = rules.fields.flatMap((path) => {
    const steps = parseFieldPath(path)
    return steps === null ? [] : [steps]
  })
  const patterns = patternsOf(rules)
  return (value) => cleaned(value, paths, patterns, 0)
}

type Paths = readonly (readonly PathStep[])[]
type Pattern = (text: string) => string

function cleaned(
  value: unknown,
  paths: Paths,
  patterns: readonly Pattern[],
  depth: number,
): unknown {
  if (depth > redactionDepthMax) return redactedText
  if (typeof value === 'string') return cleanedText(value, paths, patterns, depth)
  if (Array.isArray(value)) {
    return value.map((item, index) => inside(item, index, paths, patterns, depth))
  }
  if (typeof value !== 'object' || value === null) return cleanedScalar(value, patterns)
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, inside(item, name, paths, patterns, depth)]),
  )
}

function inside(
  value: unknown,
  at: string | number,
  paths: Paths,
  patterns: readonly Pattern[],
  depth: number,
): unknown {
  const rest: (readonly PathStep[])[] = []
  for (const path of paths) {
    if (leadsOn(path, at, rest)) return redactedText
  }
  return cleaned(value, rest, patterns, depth + 1)
}

/** @returns whether the path ends here; where it goes on, its rest is added to `rest` */
function leadsOn(
  path: readonly PathStep[],
  at: string | number,
  rest: (readonly PathStep[])[],
): boolean {
  const step = path[0]!
  if (step.type === 'any_depth') {
    rest.push(path)
    return leadsOn(path.slice(1), at, rest)
  }
  const fits =
    step.type === 'each' ||
    (step.type === 'name' ? step.name === at : typeof at === 'number' && step.index === at)
  if (!fits) return false
  if (path.length === 1) return true
  rest.push(path.slice(1))
  return false
}

/** A number may be a card's as well. */
function cleanedScalar(value: unknown, patterns: readonly Pattern[]): unknown {
  if (typeof value !== 'number') return value
  const text = String(value)
  return patterns.some((pattern) => pattern(text) !== text) ? redactedText : value
}

/** The arguments of a tool are JSON in a text: fields are looked for in there, too. */
function cleanedText(
  text: string,
  paths: Paths,
  patterns: readonly Pattern[],
  depth: number,
): string {
  const inner = paths.length > 0 && /^\s{0,20}[{[]/.test(text) ? jsonIn(text) : undefined
  const looked = inner === undefined ? text : JSON.stringify(cleaned(inner, paths, [], depth + 1))
  return patterns.reduce((kept, pattern) => pattern(kept), looked)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function patternsOf({ emails, cardNumbers, keys }: RedactionRules): Pattern[] {
  return [
    ...(keys ? [withoutKeys] : []),
    ...(emails ? [withoutEmails] : []),
    ...(cardNumbers ? [withoutCardNumbers] : []),
  ]
}

const email = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu

const withoutEmails: Pattern = (text) =>
  text.includes('@') ? text.replace(email, '[redacted: e-mail]') : text

/** ISO/IEC 7812: 13 to 19 digits, in groups or not, whose last one is a check digit (Luhn). */
const digitRun = /(?<![\p{L}\p{N}])\d(?:[ -]?\d){12,18}(?![\p{N}])/gu

const withoutCardNumbers: Pattern = (text) =>
  text.replace(digitRun, (run) => (isCardNumber(run) ? '[redacted: card number]' : run))

function isCardNumber(run: string): boolean {
  const digits = run.replaceAll(/[ -]/g, '')
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 0 ? digit : digit * 2
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** Bearer tokens, and the keys of the usual vendors by how they begin. Long ones are cut in pieces. */
const keyPatterns = [
  /\bBearer\s{1,4}[A-Za-z0-9._~+/=-]{8,4096}/gi,
  /\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,512}/g,
  /\bch_(?:pat|va)_[A-Za-z0-9_]{16,256}/g,
  /\b(?:gh[pousr]|github_pat|glpat|hf|xai|gsk|pplx)[-_][A-Za-z0-9_-]{16,512}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,512}/g,
  /\bAIza[A-Za-z0-9_-]{30,64}/g,
  /\bA[KS]IA[A-Z0-9]{16}\b/g,
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,4096}(?:\.[A-Za-z0-9_-]{0,4096})?/g,
] as const

const withoutKeys: Pattern = (text) =>
  keyPatterns.reduce((kept, pattern) => kept.replace(pattern, '[redacted: key]'), text)
