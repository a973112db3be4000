/**
 * The ledger of an account, and what the tenant's admins book on it. The bill goes to the account, so its
 * own admins read it and don’t write it (docs/decisions/0024). Each entry is told
 * in root's audit log and in the account's own.
 */
import { ledgerEntryOperations as contract, Refusal } from '@commonhold/contract'
import { type AccountId, formatId, formatUsd, type Id, parseUsd } from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import type { AccountRow } from '../store/account.ts'
import { findCharge } from '../store/charge.ts'
import { giveBack } from '../store/charged-budgets.ts'
import {
  findLedgerEntry,
  insertLedgerEntries,
  type LedgerEntryRow,
  listLedgerEntries,
  type NewLedgerEntry,
} from '../store/ledger-entry.ts'
import { auditBoth, resolveAccount } from './account.ts'
import { type Context, implement } from './context.ts'
import { listAnswer, pageRequest } from './list.ts'
import { notFound } from './resolve.ts'

const list = implement(contract.list, async (c) =>
  listAnswer(c, await listLedgerEntries(c.tx, c.account.id, pageRequest(c)), (row) =>
    present(c.account.id, row),
  ),
)

/** Below 0 where it begins with a dash. The contract has seen to its form. */
function nanosOf(text: string): bigint {
  const isNegative = text.startsWith('-')
  const parsed = parseUsd(isNegative ? text.slice(1) : text)
  if (!parsed.ok) throw refuse('/amountUsd', 'That is more than an account can owe.')
  return isNegative ? -parsed.nanos : parsed.nanos
}

const refuse = (pointer: string, sentence: string) =>
  new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer, rule: 'amount', message: sentence }],
  })

const credit = implement(contract.credit, async (c) => {
  const account = await resolveAccount(c, c.params.account)
  const charge = await findCharge(c.tx, account.id, c.body.charge)
  if (charge === null) throw notFound('charge of this account')
  const { chargedNanos, creditedByHandNanos, creditedByPriceNanos } = charge.booked
  const leftNanos = chargedNanos - creditedByHandNanos - creditedByPriceNanos
  if (leftNanos === 0n) {
    throw new Refusal('wrong_state', 'Nothing of this charge is left to credit.')
  }
  const nanos = c.body.amountUsd === undefined ? leftNanos : nanosOf(c.body.amountUsd)
  if (nanos === 0n) throw refuse('/amountUsd', 'A credit gives something: an amount above 0.')
  if (nanos > leftNanos) {
    const left = `${formatUsd(leftNanos)} of ${formatUsd(chargedNanos)} US dollars`
    throw refuse('/amountUsd', `Only ${left} of this charge are left to credit.`)
  }

  const entry = { kind: 'credit', amountNanos: nanos, usageRecordId: charge.id } as const
  const row = await book(c as Context, account, entry, c.body.reason)
  await giveBack(c.tx, c.tenantId, [{ chargedBudgetsId: charge.chargedBudgetsId, nanos }])
  auditBoth(c, account, {
    after: {
      creditedUsd: formatUsd(nanos),
      charge: formatId('use', charge.id),
      model: charge.modelName,
      reason: c.body.reason,
    },
  })
  return present(account.id, row)
})

const adjust = implement(contract.adjust, async (c) => {
  const account = await resolveAccount(c, c.params.account)
  const nanos = nanosOf(c.body.amountUsd)
  if (nanos === 0n) throw refuse('/amountUsd', 'An adjustment of nothing adjusts nothing.')
  const entry =
    nanos < 0n
      ? ({ kind: 'credit', amountNanos: -nanos, usageRecordId: null } as const)
      : ({ kind: 'adjustment', amountNanos: nanos, usageRecordId: null } as const)

  const row = await book(c as Context, account, entry, c.body.reason)
  auditBoth(c, account, { after: { adjustedUsd: formatUsd(nanos), reason: c.body.reason } })
  return present(account.id, row)
})

/** Always as of now, so that it is on a bill that is open. */
async function book(
  c: Context,
  { id: accountId }: AccountRow,
  entry: Pick<NewLedgerEntry, 'kind' | 'amountNanos' | 'usageRecordId'>,
  note: string,
): Promise<LedgerEntryRow> {
  const id = newId('led')
  const createdBy = c.caller.principal.id
  const by = { at: c.now, note, createdBy }
  await insertLedgerEntries(c.tx, c.tenantId, [{ ...entry, id, accountId, priceId: null }], by)
  return (await findLedgerEntry(c.tx, accountId, id as Id<'led'>))!
}

function present(account: AccountId, row: LedgerEntryRow) {
  return {
    id: row.id,
    kind: row.kind,
    account,
    at: row.at.toISOString(),
    amountUsd: formatUsd(row.owedNanos),
    amountNanos: String(row.owedNanos),
    usageRecord: row.usageRecordId,
    price: row.priceId,
    note: row.note,
    createdBy: row.createdBy,
  }
}

export const ledgerEntryImplementations = [list, credit, adjust]
