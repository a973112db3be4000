import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AccountId, Id } from '../src/ids.ts'
import {
  type Adjustment,
  balanceOf,
  type Credit,
  invoiceOf,
  type LedgerEntry,
  ledgerProblems,
  type UsageCharge,
} from '../src/ledger.ts'

const acme = 'acct_acme' as AccountId
const other = 'acct_other' as AccountId
const led = (n: number | string) => `led_${n}` as Id<'led'>

function charge(id: number, amountNanos: bigint, model = 'a', price = '1'): UsageCharge {
  return {
    kind: 'usage_charge',
    id: led(id),
    accountId: acme,
    occurredAtMs: id,
    amountNanos,
    modelId: `mdl_${model}` as Id<'mdl'>,
    priceVersionId: `prc_${price}` as Id<'prc'>,
    usage: { freshInputTokens: 1, cachedInputTokens: 2, cacheWriteTokens: 3, outputTokens: 4 },
  }
}

function credit(id: number, amountNanos: bigint, chargeId: number | null = null): Credit {
  return {
    kind: 'credit',
    id: led(id),
    accountId: acme,
    occurredAtMs: id,
    amountNanos,
    chargeId: chargeId === null ? null : led(chargeId),
    reason: 'voided',
  }
}

function adjustment(id: number, amountNanos: bigint): Adjustment {
  const common = { id: led(id), accountId: acme, occurredAtMs: id, reason: 'agreed' }
  return { kind: 'adjustment', ...common, amountNanos }
}

describe('an invoice', () => {
  test('has one line for each model at each price version', () => {
    const entries = [
      charge(1, 10n, 'b'),
      charge(2, 20n, 'a', '2'),
      charge(3, 30n, 'a', '1'),
      charge(4, 40n, 'a', '1'),
    ]
    expect(invoiceOf(acme, entries).lines).toEqual([
      {
        modelId: 'mdl_a',
        priceVersionId: 'prc_1',
        charges: 2,
        inputTokens: 12,
        outputTokens: 8,
        amountNanos: 70n,
      },
      expect.objectContaining({ modelId: 'mdl_a', priceVersionId: 'prc_2', amountNanos: 20n }),
      expect.objectContaining({ modelId: 'mdl_b', priceVersionId: 'prc_1', amountNanos: 10n }),
    ])
  })

  test('takes credits off and adds adjustments of either sign', () => {
    const entries = [charge(1, 100n), credit(2, 30n, 1), adjustment(3, -5n), adjustment(4, 2n)]
    expect(invoiceOf(acme, entries)).toMatchObject({
      chargedNanos: 100n,
      creditedNanos: 30n,
      adjustedNanos: -3n,
      totalNanos: 67n,
    })
  })

  test('may end below zero, in the account’s favour', () => {
    expect(invoiceOf(acme, [credit(1, 30n)]).totalNanos).toBe(-30n)
  })

  test('of nothing is zero', () => {
    expect(invoiceOf(acme, [])).toMatchObject({ lines: [], totalNanos: 0n })
  })

  test('is refused where an entry is another account’s', () => {
    const foreign = { ...charge(1, 1n), accountId: other }
    expect(() => invoiceOf(acme, [charge(2, 1n), foreign])).toThrow('led_1')
  })

  test('totals what its entries and its lines total, in any order', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 40 }), (drawn) => {
        const entries = drawn.map((entry, i) => ({ ...entry, id: led(i) }))
        const invoice = invoiceOf(acme, entries)
        const lines = invoice.lines.reduce((sum, line) => sum + line.amountNanos, 0n)
        expect(invoice.totalNanos).toBe(balanceOf(entries))
        expect(lines).toBe(invoice.chargedNanos)
        expect(invoiceOf(acme, [...entries].reverse())).toEqual(invoice)
      }),
    )
  })
})

const anyAmount = fc.bigInt(0n, 10n ** 15n)
const anyEntry: fc.Arbitrary<LedgerEntry> = fc.oneof(
  fc
    .tuple(anyAmount, fc.constantFrom('a', 'b'), fc.constantFrom('1', '2'))
    .map(([amount, model, price]) => charge(0, amount, model, price)),
  anyAmount.map((amount) => credit(0, amount)),
  fc.bigInt(-(10n ** 15n), 10n ** 15n).map((amount) => adjustment(0, amount)),
)

describe('the books', () => {
  test('balance where the ledger charges what the counter settled', () => {
    const entries = [charge(1, 60n), charge(2, 40n), credit(3, 40n, 2), adjustment(4, 7n)]
    expect(ledgerProblems(entries, 100n)).toEqual([])
  })

  test.each<[string, LedgerEntry[], bigint, string]>([
    ['a charge that was lost', [charge(1, 60n)], 100n, 'counter settled 100'],
    ['a charge that is there twice', [charge(1, 60n), charge(1, 60n)], 120n, 'twice'],
    ['a negative charge', [charge(1, -60n)], -60n, 'negative'],
    ['a negative credit', [credit(1, -60n)], 0n, 'negative'],
    ['a credit above its charge', [charge(1, 60n), credit(2, 61n, 1)], 60n, 'take back 61'],
    [
      'two credits above their charge',
      [charge(1, 60n), credit(2, 40n, 1), credit(3, 40n, 1)],
      60n,
      'take back 80',
    ],
    ['a credit for no charge', [credit(2, 1n, 1)], 0n, 'not in the ledger'],
  ])('do not balance with %s', (_name, entries, settled, words) => {
    expect(ledgerProblems(entries, settled)).toEqual([expect.stringContaining(words)])
  })
})
