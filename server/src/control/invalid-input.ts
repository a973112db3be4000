/** Input that the schema lets pass and a look at the data or the clock does not. */
import { Refusal } from '@commonhold/contract'

/**
 * @param pointer a JSON pointer into the body, such as `/expiresAt`
 * @param rule a short name of the rule, such as `in_future`
 * @param message how the value should be, as the end of a sentence about it
 */
export function invalidInput(pointer: string, rule: string, message: string): Refusal {
  const field = pointer.slice(1).replaceAll('/', '.')
  return new Refusal('invalid_input', `${field} ${message}.`, {
    errors: [{ pointer, rule, message }],
  })
}

/** @returns the time, which has to lie ahead; null and undefined pass through */
export function futureTime<N extends null | undefined>(
  pointer: string,
  text: string | N,
  now: Date,
): Date | N {
  if (typeof text !== 'string') return text
  const time = new Date(text)
  if (time <= now) throw invalidInput(pointer, 'in_future', 'has to lie in the future')
  return time
}
