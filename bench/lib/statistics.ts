/** The few statistics that the bench uses. */

/** The middle value; of an even count the lower of the two, so that it is one that was measured. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/**
 * @param part from 0 to 1
 * @returns the smallest value that at least that part of all values does not exceed; NaN of none
 */
export function quantile(values: ArrayLike<number>, part: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}
