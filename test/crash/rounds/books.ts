/**
 * The books after a round, side by side: what the provider has counted, what is on the bill, what the
 * budget says. Calls with an unknown outcome are accounted for by themselves: each is charged what was held.
 */
import type { UsageRecord } from '@commonhold/sdk'
import type { ServedCall } from '../upstream.ts'

const inputNanos = 1_000_000n
const outputNanos = 2_000_000n

export interface Books {
  readonly records: readonly UsageRecord[]
  readonly served: readonly ServedCall[]
  readonly budget: { readonly settledNanos: string; readonly heldNanos: string }
  readonly amountNanos: bigint
  /** What the account's invoice rose by. */
  readonly invoicedNanos: bigint
}

export const costOf = ({ inputTokens, outputTokens }: ServedCall | UsageRecord): bigint =>
  BigInt(inputTokens) * inputNanos + BigInt(outputTokens) * outputNanos

export const sumOf = (amounts: readonly bigint[]) => amounts.reduce((a, b) => a + b, 0n)

/** @returns a sentence for each thing that does not agree; empty where all does, to the nano-dollar */
export function disagreements(books: Books): string[] {
  const { records, served, budget, amountNanos, invoicedNanos } = books
  const problems: string[] = []
  const say = (isWrong: boolean, what: string) => isWrong && problems.push(what)
  const known = records.filter(({ status }) => status === 'ok')
  const unknown = records.filter(({ status }) => status !== 'ok')
  const billed = new Set(known.map(({ inputTokens }) => inputTokens))
  const counted = new Map(served.map((one) => [one.inputTokens, one]))
  say(billed.size < known.length, 'A call is billed twice.')
  for (const record of known) {
    const call = counted.get(record.inputTokens)
    const isExact = call && !call.isHeld && BigInt(record.costNanos) === costOf(call)
    say(!isExact, `${record.id} is billed ${record.costNanos}, which the provider did not count.`)
  }
  for (const { id, status, costNanos, heldNanos } of unknown) {
    const isWorstCase = status === 'unknown' && costNanos === heldNanos
    say(!isWorstCase, `${id} is ${status}, at ${costNanos} of ${heldNanos}.`)
  }
  const unmatched = served.filter(({ inputTokens }) => !billed.has(inputTokens))
  say(unmatched.length > unknown.length, `${unmatched.length - unknown.length} calls are lost.`)
  const total = sumOf(records.map(({ costNanos }) => BigInt(costNanos)))
  say(BigInt(budget.settledNanos) !== total, `${budget.settledNanos} settled, ${total} on records.`)
  say(invoicedNanos !== total, `${invoicedNanos} on the invoice, ${total} on records.`)
  say(budget.heldNanos !== '0', `${budget.heldNanos} are held by nobody.`)
  say(total > amountNanos, `${total} charged of ${amountNanos}.`)
  say(sumOf(served.map(costOf)) > amountNanos, 'The provider has served more than the budget.')
  return problems
}
