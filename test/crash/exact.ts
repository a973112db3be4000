/** A bill and the count of the provider, side by side. */
import type { UsageRecord } from '@commonhold/sdk'
import { expect } from 'vitest'
import type { ServedCall } from './upstream.ts'

const inputNanos = 1_000_000n
const outputNanos = 2_000_000n

/**
 * Compares a bill with what the upstream has counted: what is known is billed as it was counted, and
 * once; what is not known is flagged, and charged at what was held.
 */
export function expectExact(records: readonly UsageRecord[], served: readonly ServedCall[]): void {
  const known = records.filter(({ status }) => status === 'ok')
  const unknown = records.filter(({ status }) => status !== 'ok')
  const billed = known.map(({ inputTokens }) => inputTokens)
  expect(new Set(billed).size, 'a call is billed twice').toBe(billed.length)
  const counted = new Set(served.filter((one) => !one.isHeld).map((one) => one.inputTokens))
  for (const record of known) {
    expect(counted.has(record.inputTokens)).toBe(true)
    expect(record.numbersFrom).toBe('provider')
    expect(BigInt(record.costNanos)).toBe(
      BigInt(record.inputTokens) * inputNanos + BigInt(record.outputTokens) * outputNanos,
    )
  }
  for (const record of unknown) {
    expect(record).toMatchObject({ status: 'unknown', numbersFrom: 'worst-case' })
    expect(record.costNanos).toBe(record.heldNanos)
    expect(BigInt(record.costNanos)).toBeGreaterThan(0n)
  }
}
