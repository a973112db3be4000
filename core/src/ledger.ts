/**
 * The ledger of an account: what was charged, credited and adjusted, and the invoice that adds it
 * up. Entries are only ever added. A wrong charge stays and gets a credit that names it, so that
 * every total of the past can be computed again. An invoice holds no amount that its entries do
 * not.
 */
import type { AccountId, Id } from './ids.ts'
import type { Nanos } from './money.ts'
import { inputTokensOf, type TokenUsage } from './price.ts'

interface Entry {
  readonly id: Id<'led'>
  readonly accountId: AccountId
  readonly occurredAtMs: number
}

/** One attempt that was paid for. */
export interface UsageCharge extends Entry {
  readonly kind: 'usage_charge'
  /** What the account owes for it: 0 or more. */
  readonly amountNanos: Nanos
  readonly modelId: Id<'mdl'>
  readonly priceVersionId: Id<'prc'>
  readonly usage: TokenUsage
}

/** Takes back (a part of) a charge, or grants something in advance. */
export interface Credit extends Entry {
  readonly kind: 'credit'
  /** What the account no longer owes: 0 or more. */
  readonly amountNanos: Nanos
  /** The charge that is taken back, or null for a credit granted in advance. */
  readonly chargeId: Id<'led'> | null
  readonly reason: string
}

/** A correction by a person, in either direction. */
export interface Adjustment extends Entry {
  readonly kind: 'adjustment'
  /** Added to what the account owes; negative lowers it. */
  readonly amountNanos: Nanos
  readonly reason: string
}

export type LedgerEntry = UsageCharge | Credit | Adjustment

/** All charges for one model at one price: a line can be checked against one price. */
export interface InvoiceLine {
  readonly modelId: Id<'mdl'>
  readonly priceVersionId: Id<'prc'>
  readonly charges: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly amountNanos: Nanos
}

export interface InvoiceSummary {
  readonly accountId: AccountId
  /** In ascending order of model, then of price version. */
  readonly lines: readonly InvoiceLine[]
  readonly chargedNanos: Nanos
  readonly creditedNanos: Nanos
  readonly adjustedNanos: Nanos
  /** Charges less credits, plus adjustments. Negative is a balance in the account's favour. */
  readonly totalNanos: Nanos
}

/** What an entry adds to what the account owes. */
export function owedBy(entry: LedgerEntry): Nanos {
  return entry.kind === 'credit' ? -entry.amountNanos : entry.amountNanos
}

/** The sum of what the entries add to the debt, in any order. */
export function balanceOf(entries: Iterable<LedgerEntry>): Nanos {
  let total = 0n
  for (const entry of entries) total += owedBy(entry)
  return total
}

/**
 * @param entries the entries of one account in the invoice's period
 * @throws RangeError where an entry is another account's: a mixed bill must never be printed
 */
export function invoiceOf(accountId: AccountId, entries: readonly LedgerEntry[]): InvoiceSummary {
  const lines = new Map<string, InvoiceLine>()
  const sums = { usage_charge: 0n, credit: 0n, adjustment: 0n }
  for (const entry of entries) {
    if (entry.accountId !== accountId) {
      throw new RangeError(`ledger entry ${entry.id} does not belong to ${accountId}`)
    }
    sums[entry.kind] += entry.amountNanos
    if (entry.kind === 'usage_charge') addToLine(lines, entry)
  }
  return {
    accountId,
    lines: [...lines.keys()].sort().map((key) => lines.get(key)!),
    chargedNanos: sums.usage_charge,
    creditedNanos: sums.credit,
    adjustedNanos: sums.adjustment,
    totalNanos: sums.usage_charge - sums.credit + sums.adjustment,
  }
}

/**
 * Conservation: money is neither made nor lost on the way from the counter to the ledger.
 *
 * @param entries all entries of one account
 * @param settledNanos what the account's own counter says was settled over the same time
 * @returns one sentence for each thing that is wrong; empty where the books balance
 */
export function ledgerProblems(entries: readonly LedgerEntry[], settledNanos: Nanos): string[] {
  const problems: string[] = []
  const charges = new Map<Id<'led'>, Nanos>()
  const credited = new Map<Id<'led'>, Nanos>()
  const seen = new Set<Id<'led'>>()
  let chargedNanos = 0n
  for (const entry of entries) {
    if (seen.has(entry.id)) problems.push(`Entry ${entry.id} is in the ledger twice.`)
    seen.add(entry.id)
    if (entry.kind !== 'adjustment' && entry.amountNanos < 0n) {
      problems.push(`Entry ${entry.id} is a ${entry.kind} of a negative amount.`)
    }
    if (entry.kind === 'usage_charge') {
      charges.set(entry.id, entry.amountNanos)
      chargedNanos += entry.amountNanos
    }
    if (entry.kind === 'credit' && entry.chargeId !== null) {
      credited.set(entry.chargeId, (credited.get(entry.chargeId) ?? 0n) + entry.amountNanos)
    }
  }
  for (const [chargeId, backNanos] of credited) {
    const amountNanos = charges.get(chargeId)
    if (amountNanos === undefined) {
      problems.push(`A credit names the charge ${chargeId}, which is not in the ledger.`)
    } else if (backNanos > amountNanos) {
      problems.push(`Credits take back ${backNanos} nanos of charge ${chargeId} of ${amountNanos}.`)
    }
  }
  if (chargedNanos !== settledNanos) {
    problems.push(`The ledger charges ${chargedNanos} nanos; the counter settled ${settledNanos}.`)
  }
  return problems
}

function addToLine(lines: Map<string, InvoiceLine>, charge: UsageCharge): void {
  const { modelId, priceVersionId, usage, amountNanos } = charge
  const key = `${modelId}/${priceVersionId}`
  const line = lines.get(key)
  lines.set(key, {
    modelId,
    priceVersionId,
    charges: (line?.charges ?? 0) + 1,
    inputTokens: (line?.inputTokens ?? 0) + inputTokensOf(usage),
    outputTokens: (line?.outputTokens ?? 0) + usage.outputTokens,
    amountNanos: (line?.amountNanos ?? 0n) + amountNanos,
  })
}
