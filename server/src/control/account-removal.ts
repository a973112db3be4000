/**
 * Deleting an account: all that it owns goes at once, and what it owes stays. Nothing can act in it any
 * more, but calls in flight still settle, and its last invoice is closed by the worker once its month is
 * over and no gateway holds money of it (worker/close-invoices.ts): closing it here would leave out what
 * those calls cost.
 */
import { account as contract, Refusal } from '@commonhold/contract'
import { formatUsd } from '@commonhold/core'
import { type AccountRow, updateAccount } from '../store/account.ts'
import {
  countContents,
  countHeldLeases,
  countOpenWork,
  deleteContents,
} from '../store/account-removal.ts'
import { openInvoice, openMonths } from '../store/invoice.ts'
import { assertNotRoot, auditBoth, resolveAccount } from './account.ts'
import { type Context, implement } from './context.ts'

interface OpenBill {
  readonly month: string
  readonly totalUsd: string
}

/** The months that something was spent in and that no closed invoice tells of. */
async function openBills(c: Pick<Context, 'tx' | 'now'>, row: AccountRow): Promise<OpenBill[]> {
  const months = await openMonths(c.tx, row.id, c.now.getTime())
  const bills: OpenBill[] = []
  for (const [index, month] of months.entries()) {
    const { totalNanos, lines } = await openInvoice(c.tx, row.id, month, index === 0)
    if (totalNanos === 0n && lines.length === 0) continue
    bills.push({ month: month.id, totalUsd: formatUsd(totalNanos) })
  }
  return bills
}

/** @throws in_use */
function assertSettled(
  row: AccountRow,
  { work, held, bills }: { work: number; held: number; bills: readonly OpenBill[] },
): void {
  if (work > 0) {
    throw new Refusal(
      'in_use',
      `${work} batches and responses of ${row.name} still run at providers. Cancel them or wait, or delete it with force=true: they are cancelled, and what they have cost is billed.`,
    )
  }
  if (held > 0) {
    throw new Refusal(
      'in_use',
      `Gateways hold parts of ${held} limits of ${row.name} for calls in flight. Suspend it and wait a minute, or delete it with force=true.`,
    )
  }
  if (bills.length === 0) return
  const open = bills.map(({ month, totalUsd }) => `${month} ($${totalUsd})`)
  throw new Refusal(
    'in_use',
    `The invoice of ${open.join(', ')} is still open. Suspend the account until it is closed, or delete it with force=true: it is closed all the same once the month is over.`,
  )
}

const remove = implement(contract.delete, async (c) => {
  const row = await resolveAccount(c, c.params.account)
  assertNotRoot(row, 'the operator deletes a tenant')
  c.checkRevision(row.revision)
  const held = await countHeldLeases(c.tx, row.id)
  const bills = await openBills(c, row)
  const work = await countOpenWork(c.tx, row.id)
  if (c.query.force !== true) assertSettled(row, { work, held, bills })
  const contents = await countContents(c.tx, row.id)
  for (const [what, count] of Object.entries(contents)) {
    if (count > 0) c.loses({ what, id: row.id, sentence: `${count} ${what} are deleted.` })
  }
  for (const { month, totalUsd } of bills) {
    const sentence = `The invoice of ${month}, $${totalUsd} so far, is closed once its month is over. Nothing is forgiven.`
    c.loses({ what: 'invoice', id: row.id, sentence })
  }
  if (held > 0) {
    const sentence = 'Calls in flight are cut off; what they have cost is billed.'
    c.loses({ what: 'call', id: row.id, sentence })
  }

  if (work > 0) {
    const sentence = `${work} batches and responses that run at providers are cancelled; what they have cost is billed.`
    c.loses({ what: 'batch', id: row.id, sentence })
  }

  await c.touches({ accounts: [row.id], who: 'everybody' })

  await deleteContents(c.tx, row.id)
  await updateAccount(c.tx, row.id, { state: 'deleted' })
  auditBoth(c, row, { before: { state: row.state, contents }, after: { state: 'deleted' } })
})

export const accountRemovalImplementations = [remove]
