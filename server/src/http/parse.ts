/** Parses what came, by the operation's own schemas, and says everything that is wrong at once. */
import { type AnyOperation, type InputError, Refusal } from '@commonhold/contract'
import type { z } from 'zod'
import { faultSentence } from './input-sentences.ts'
import { escaped, textFaults } from './text.ts'

export interface ParsedInput {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

/** @throws invalid_input with a JSON pointer, the rule and a sentence for each fault */
export function parseInput(
  operation: AnyOperation,
  raw: { params: unknown; query: unknown; body: unknown },
): ParsedInput {
  const faults: InputError[] = [
    ...textFaults(raw.params, '/params'),
    ...textFaults(raw.query, '/query'),
    ...textFaults(raw.body, ''),
  ]
  if (faults.length > 0) throw refusal(faults)
  const parse = (part: 'params' | 'query' | 'body', value: unknown) => {
    const result = operation[part].safeParse(value)
    if (result.success) return result.data
    faults.push(...result.error.issues.flatMap((issue) => faultsOf(part, issue)))
    return undefined
  }
  const takesBody = operation.body.type !== 'undefined'
  const params = parse('params', raw.params)
  const query = parse('query', raw.query)
  const body = takesBody ? parse('body', raw.body ?? {}) : refuseBody(raw.body, faults)
  if (faults.length > 0) throw refusal(faults)
  return { params, query, body }
}

/** @returns the refusal that tells all of the faults */
export function refusal(faults: readonly InputError[]): Refusal {
  const detail = faults.map((f) => `${f.pointer || 'the body'} ${f.message}`).join('; ')
  return new Refusal('invalid_input', `${detail}.`, { errors: faults })
}

/** An empty object is what many clients send for "no body". */
function refuseBody(body: unknown, faults: InputError[]): undefined {
  const empty = body === undefined || body === null || Object.keys(body).length === 0
  if (!empty) faults.push({ pointer: '', rule: 'no_body', message: 'takes no body' })
  return undefined
}

function faultsOf(part: string, issue: z.core.$ZodIssue): InputError[] {
  const at = (path: readonly PropertyKey[]) =>
    (part === 'body' ? '' : `/${part}`) + path.map((key) => `/${escaped(key)}`).join('')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: at([...issue.path, key]),
      rule: 'unknown_field',
      message: 'is not a field here',
    }))
  }
  return [{ pointer: at(issue.path), rule: issue.code, message: faultSentence(issue) }]
}
