/**
 * Invoices: a month in UTC of what the ledger says. A closed one is kept as it was sent; an open one
 * is computed when it is asked for.
 *
 * Gateways ship at least once and sometimes late, so a charge may come for a month whose invoice is
 * closed. The first open invoice carries it over: all that the ledger says before that month, less
 * all that was invoiced. Computed as a difference of totals, it can't lose or repeat an entry, in
 * whatever order transactions commit.
 */
import { type AccountId, type Id, type Period, periodOf, type TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { newId } from '../crypto/new-id.ts'
import { type Tx, typed, uuid } from './database.ts'
import { ledger, owedNanos } from './ledger-entry.ts'
import { isFirstAttempt } from './usage.ts'

export interface InvoiceLine {
  readonly model: string
  readonly priceVersion: number | null
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly amountNanos: bigint
}

export interface Invoice {
  /** Null while it is open. */
  readonly id: Id<'ivc'> | null
  readonly month: Month
  readonly lines: readonly InvoiceLine[]
  readonly creditedNanos: bigint
  readonly adjustedNanos: bigint
  readonly carriedOverNanos: bigint
  readonly totalNanos: bigint
}

export interface Month {
  /** Such as `2026-11`. */
  readonly id: string
  readonly from: Date
  readonly to: Date
}

export function monthAt(atMs: number): Month {
  const { startsAtMs, endsAtMs } = periodOf(atMs, 'UTC', 'month') as Period & { endsAtMs: number }
  const from = new Date(startsAtMs)
  return { id: from.toISOString().slice(0, 7), from, to: new Date(endsAtMs) }
}

/** @returns null for what is no month, such as `2026-13` */
export function monthOf(id: string): Month | null {
  if (!/^[12]\d{3}-(0[1-9]|1[0-2])$/.test(id)) return null
  return monthAt(Date.parse(`${id}-01T00:00:00Z`))
}

/** As stored in the column `lines`: bigints as text. */
interface StoredInvoice {
  readonly charges: readonly (Omit<InvoiceLine, 'amountNanos'> & { readonly amountNanos: string })[]
  readonly creditedNanos: string
  readonly adjustedNanos: string
  readonly carriedOverNanos: string
}

interface DatabaseRow {
  readonly id: string
  readonly periodId: string
  readonly totalNanos: bigint
  readonly lines: unknown
}

function fromRow({ id, periodId, totalNanos, lines }: DatabaseRow): Invoice {
  const stored = lines as StoredInvoice
  return {
    id: typed('ivc', id),
    month: monthOf(periodId)!,
    lines: stored.charges.map((line) => ({ ...line, amountNanos: BigInt(line.amountNanos) })),
    creditedNanos: BigInt(stored.creditedNanos),
    adjustedNanos: BigInt(stored.adjustedNanos),
    carriedOverNanos: BigInt(stored.carriedOverNanos),
    totalNanos,
  }
}

/** Newest first. */
export async function closedInvoices(tx: Tx, accountId: AccountId): Promise<Invoice[]> {
  const rows = await tx
    .selectFrom('invoice')
    .select(['id', 'periodId', 'totalNanos', 'lines'])
    .where('accountId', '=', uuid(accountId))
    .where('state', '=', 'closed')
    .orderBy('startsAt', 'desc')
    .execute()
  return rows.map(fromRow)
}

/**
 * The months that have no closed invoice yet, oldest first: past ones in which something was booked,
 * and the running one.
 */
export async function openMonths(tx: Tx, accountId: AccountId, nowMs: number): Promise<Month[]> {
  const running = monthAt(nowMs)
  const last = await tx
    .selectFrom('invoice')
    .select(({ fn }) => fn.max('endsAt').as('endsAt'))
    .where('accountId', '=', uuid(accountId))
    .where('state', '=', 'closed')
    .executeTakeFirst()
  const months: Month[] = []
  // From one month with an entry to the next, by the index: it never reads all of them.
  for (let from = last?.endsAt ?? new Date(0); ; ) {
    const next = await tx
      .selectFrom(ledger.as('ledger'))
      .select('at')
      .where('accountId', '=', uuid(accountId))
      .where('at', '>=', from)
      .where('at', '<', running.from)
      .orderBy('at')
      .limit(1)
      .executeTakeFirst()
    if (next === undefined) return [...months, running]
    const month = monthAt(next.at.getTime())
    months.push(month)
    from = month.to
  }
}

/** The accounts that have a month to close before this instant, deleted ones included. */
export async function accountsToInvoice(tx: Tx, before: Date): Promise<AccountId[]> {
  const { rows } = await sql<{ id: string }>`select a.id from account a
    where exists (select from ${ledger} as ledger
      where ledger.account_id = a.id and ledger.at < ${before} and ledger.at >= coalesce((select max(i.ends_at) from invoice i
        where i.account_id = a.id and i.state = 'closed'), '-infinity'))
    order by a.id`.execute(tx)
  return rows.map((row) => typed('acct', row.id))
}

/** @param isFirst whether it is the oldest of `openMonths`: that one takes what came late */
export async function openInvoice(
  tx: Tx,
  accountId: AccountId,
  month: Month,
  isFirst: boolean,
): Promise<Invoice> {
  const lines = await chargesIn(tx, accountId, month)
  const { rows } = await sql<{ kind: string; owed: bigint }>`
    select kind, sum(${owedNanos})::bigint as owed from ${ledger} as ledger
    where account_id = ${uuid(accountId)} and at >= ${month.from} and at < ${month.to}
    group by kind`.execute(tx)
  const owed = (kind: string) => rows.find((row) => row.kind === kind)?.owed ?? 0n
  const carriedOverNanos = isFirst ? await notInvoicedBefore(tx, accountId, month) : 0n
  return {
    id: null,
    month,
    lines,
    creditedNanos: -owed('credit'),
    adjustedNanos: owed('adjustment'),
    carriedOverNanos,
    totalNanos: rows.reduce((sum, row) => sum + row.owed, carriedOverNanos),
  }
}

async function chargesIn(tx: Tx, accountId: AccountId, month: Month): Promise<InvoiceLine[]> {
  const { rows } = await sql<{
    model: string
    priceVersion: number | null
    requests: bigint
    inputTokens: bigint
    outputTokens: bigint
    amountNanos: bigint
  }>`select max(u.model_name) as model, p.version as price_version,
      count(*) filter (where ${isFirstAttempt}) as requests,
      coalesce(sum(u.input_tokens), 0)::bigint as input_tokens,
      coalesce(sum(u.output_tokens), 0)::bigint as output_tokens,
      sum(u.cost_nanos)::bigint as amount_nanos
    from usage_record u left join price p on p.id = u.price_id
    where u.account_id = ${uuid(accountId)} and u.cost_nanos > 0
      and u.at >= ${month.from} and u.at < ${month.to}
    group by u.model_id, p.version order by 1, 2`.execute(tx)
  return rows.map((row) => ({
    ...row,
    requests: Number(row.requests),
    inputTokens: Number(row.inputTokens),
    outputTokens: Number(row.outputTokens),
  }))
}

async function notInvoicedBefore(tx: Tx, accountId: AccountId, month: Month): Promise<bigint> {
  const { rows } = await sql<{ nanos: bigint }>`select (
      coalesce((select sum(${owedNanos}) from ${ledger} as ledger
        where account_id = ${uuid(accountId)} and at < ${month.from}), 0)
      - coalesce((select sum(total_nanos) from invoice
        where account_id = ${uuid(accountId)} and state = 'closed'), 0))::bigint as nanos`.execute(
    tx,
  )
  return rows[0]!.nanos
}

/**
 * Closes the invoice of the oldest open month. Under the tenant's lock, in month order.
 * @returns the invoice as it is kept from now on
 */
export async function closeInvoice(
  tx: Tx,
  tenantId: TenantId,
  accountId: AccountId,
  month: Month,
  now: Date,
): Promise<Invoice & { readonly id: Id<'ivc'> }> {
  const invoice = { ...(await openInvoice(tx, accountId, month, true)), id: newId('ivc') }
  const stored: StoredInvoice = {
    charges: invoice.lines.map((line) => ({ ...line, amountNanos: String(line.amountNanos) })),
    creditedNanos: String(invoice.creditedNanos),
    adjustedNanos: String(invoice.adjustedNanos),
    carriedOverNanos: String(invoice.carriedOverNanos),
  }
  await tx
    .insertInto('invoice')
    .values({
      tenantId: uuid(tenantId),
      accountId: uuid(accountId),
      id: uuid(invoice.id),
      periodId: month.id,
      startsAt: month.from,
      endsAt: month.to,
      state: 'closed',
      totalNanos: invoice.totalNanos,
      lines: JSON.stringify(stored),
      closedAt: now,
    })
    .execute()
  return invoice
}

/**
 * Whether gateways still hold money of a period that ran in the month and is over by now: their
 * calls may not have been booked yet.
 */
export async function hasOpenLeases(
  tx: Tx,
  accountId: AccountId,
  month: Month,
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`select from pool p join lease l on l.tenant_id = p.tenant_id
      and l.owner_id = p.owner_id and l.period_id = p.period_id
    where p.account_id = ${uuid(accountId)} and p.period_id not like 'window:%'
      and p.starts_at < ${month.to} and p.ends_at > ${month.from} and p.ends_at <= ${now}
      and not l.closed and l.granted > l.returned + l.settled limit 1`.execute(tx)
  return rows.length > 0
}
