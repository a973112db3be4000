/** What is wrong with one field, as the end of a sentence that begins with the field's name. */
import type { z } from 'zod'

const units: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'entries',
  set: 'entries',
  object: 'fields',
}

/** Fields whose schema has words of its own keep them; the library's are put in ours. */
export function faultSentence(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid|Too|Expected)/.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return /received undefined$/.test(issue.message)
        ? 'is missing'
        : `has to be ${article(issue.expected)}`
    case 'too_small':
      return limit('at least', issue.minimum, issue.origin)
    case 'too_big':
      return limit('at most', issue.maximum, issue.origin)
    case 'invalid_value':
      return `has to be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
    case 'invalid_format':
      return `is not ${article(issue.format.replaceAll('_', ' '))} as it should be`
    default:
      return `is wrong: ${issue.message[0]!.toLowerCase()}${issue.message.slice(1)}`
  }
}

function limit(which: string, bound: number | bigint, origin: string): string {
  const unit = units[origin]
  return unit === undefined
    ? `has to be ${which} ${bound}`
    : `has to have ${which} ${bound} ${unit}`
}

const vowelFirst = /^(a|e|i|o|un)/

function article(noun: string): string {
  return `${vowelFirst.test(noun) ? 'an' : 'a'} ${noun}`
}
