/**
 * Money is a whole number of nano-US-dollars, in a bigint. A token of the cheapest model costs a
 * few nano-dollars, so this is the coarsest unit in which one token still has a price; and a bigint
 * adds up without the drift of a floating-point number. Text is plain decimal US dollars.
 */

/** Nano-US-dollars: a billionth of a dollar each. */
export type Nanos = bigint

export const nanosPerUsd: Nanos = 1_000_000_000n

/**
 * The largest amount that anyone may type: a billion dollars. Nine of them still fit the signed
 * 64-bit integer in which the database keeps an amount.
 */
export const amountNanosMax: Nanos = 1_000_000_000n * nanosPerUsd

const fractionDigits = 9
const decimalPattern = /^(0|[1-9][0-9]*)(?:\.([0-9]{1,9}))?$/

export type ParsedUsd =
  | { readonly ok: true; readonly nanos: Nanos }
  | { readonly ok: false; readonly reason: string }

/**
 * Reads an amount that a person or a program typed. It is strict, because a lenient reading of
 * money is a wrong one: no sign, no exponent, no thousands separator, no blanks, no bare dot.
 *
 * @param text decimal US dollars with at most nine fraction digits, like `0.000001250`
 * @param nanosMax the largest amount to accept, in nanos
 * @returns the exact amount, or a sentence that says what to type instead; never throws
 */
export function parseUsd(text: string, nanosMax: Nanos = amountNanosMax): ParsedUsd {
  // The length is looked at before the digits, so that a megabyte of nines costs nothing.
  const lengthMax = nanosMax.toString().length + fractionDigits + 1
  const match = text.length <= lengthMax ? decimalPattern.exec(text) : null
  if (match === null) return { ok: false, reason: reasonAgainst(text, lengthMax) }

  const [, whole = '0', fraction = ''] = match
  const nanos = BigInt(whole + fraction.padEnd(fractionDigits, '0'))
  return nanos <= nanosMax
    ? { ok: true, nanos }
    : { ok: false, reason: `The amount is above the maximum of ${formatUsd(nanosMax)} US dollars.` }
}

function reasonAgainst(text: string, lengthMax: number): string {
  if (text === '') return 'The amount is empty: write 0 for nothing.'
  if (text.length > lengthMax) return `The amount is longer than ${lengthMax} characters.`
  if (text.startsWith('-')) return 'The amount is negative: it must be 0 or more.'
  if (/^[0-9]+\.[0-9]{10,}$/.test(text)) {
    return 'The amount has more than nine digits after the point: the smallest unit is a nano.'
  }
  return 'The amount is not a plain decimal number of US dollars, like 12.50.'
}

/**
 * @param nanos any amount; a credit is negative
 * @returns decimal US dollars, exact, with at least two digits after the point and no more zeros
 *   than that; `parseUsd` reads it back to the same amount
 */
export function formatUsd(nanos: Nanos): string {
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(fractionDigits + 1, '0')
  const whole = digits.slice(0, -fractionDigits)
  const fraction = digits.slice(-fractionDigits).replace(/0{1,7}$/, '')
  return `${nanos < 0n ? '-' : ''}${whole}.${fraction}`
}

/** The smaller of two whole numbers: `Math.min` does not take a bigint. */
export function minOf(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

/** The larger of two whole numbers: `Math.max` does not take a bigint. */
export function maxOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

/** Division of a non-negative number that rounds up, so that what is owed is never rounded away. */
export function dividedRoundingUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}

/**
 * Guards the arithmetic that must never run backwards.
 *
 * @throws RangeError for a negative amount: a bug in the caller, never a user's mistake
 */
export function assertNotNegative(amount: bigint, what: string): void {
  if (amount < 0n) throw new RangeError(`${what} must not be negative, but is ${amount}`)
}
