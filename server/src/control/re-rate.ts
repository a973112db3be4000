/**
 * Charges computed again at another version of their price. The model's owner says what its price should
 * have been, and an admin of the tenant that the bills are to follow: in root that is one person, in an
 * account of its own somebody who has joined it.
 */
import { reRate as contract, Refusal, reRateRecordsMax } from '@commonhold/contract'
import {
  type AccountId,
  accountTarget,
  chargeAt,
  correctionOf,
  decide,
  formatUsd,
  type Id,
  isId,
  type PriceVersion,
  permissionBit,
  rootAccountName,
} from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import { findAccount } from '../store/account.ts'
import { type ChargePlace, type ChargeRow, chargesOfModel } from '../store/charge.ts'
import { type GivenBack, giveBack } from '../store/charged-budgets.ts'
import { loadFacts } from '../store/facts.ts'
import { insertLedgerEntries, type NewLedgerEntry } from '../store/ledger-entry.ts'
import { allPrices } from '../store/price.ts'
import { priceVersionOf } from '../store/price-version.ts'
import type { ResourceRow } from '../store/resource.ts'
import { type Context, implement } from './context.ts'
import { assertOwnModel } from './price.ts'

type Run = Context<typeof contract.run>

/** Bills are the tenant's to correct. @throws not_allowed */
async function requireTenantAdmin(c: Run): Promise<void> {
  const { tx, caller, account, now } = c
  const bit = permissionBit('account:manage')
  const root = account.isRoot ? account : (await findAccount(tx, rootAccountName))!
  const mayActInRoot = caller.token === null || caller.token.accountId === root.id
  const facts = await loadFacts(tx, caller.tenant, root, caller.principal, caller.token, now)
  if (mayActInRoot && decide(facts, bit, accountTarget(root)) === 'allowed') return
  throw new Refusal(
    'not_allowed',
    'Bills are corrected by admins of the tenant: this needs account:manage in the root account. A new version of the price you may write yourself.',
    { missingPermissions: ['account:manage'] },
  )
}

/** @throws refused_by_rule */
async function pricesOf(c: Run, model: ResourceRow) {
  const rows = await allPrices(c.tx, model.accountId, model.id)
  const versions = new Map(rows.map(({ id, components }) => [id, priceVersionOf(id, components)]))
  const wanted = rows.find(({ version }) => version === c.body.price)
  const price = wanted ? versions.get(wanted.id) : null
  if (!price) {
    throw refuse(
      'price',
      `The price of ${model.name} has no version ${c.body.price} to compute by.`,
    )
  }
  return { versions, price }
}

const refuse = (pointer: string, sentence: string) =>
  new Refusal('refused_by_rule', sentence, {
    errors: [{ pointer: `/${pointer}`, rule: 're-rate', message: sentence }],
  })

interface Sums {
  records: number
  changed: number
  unknown: number
  before: bigint
  after: bigint
  credited: bigint
  adjusted: bigint
  dearer: bigint
}

const noSums = (): Sums => ({
  records: 0,
  changed: 0,
  unknown: 0,
  before: 0n,
  after: 0n,
  credited: 0n,
  adjusted: 0n,
  dearer: 0n,
})

interface Plan {
  readonly entries: NewLedgerEntry[]
  readonly given: GivenBack[]
  readonly accounts: Map<AccountId, Sums>
}

/** Decides for each charge; writes nothing. */
function planOf(
  charges: readonly ChargeRow[],
  versions: ReadonlyMap<Id<'prc'>, PriceVersion | null>,
  price: PriceVersion,
  chargeDearer: boolean,
): Plan {
  const plan: Plan = { entries: [], given: [], accounts: new Map() }
  for (const charge of charges) {
    const { accountId, booked, use, priceId } = charge
    const sums = plan.accounts.get(accountId) ?? noSums()
    plan.accounts.set(accountId, sums)
    const own = priceId === null ? null : (versions.get(priceId) ?? null)
    const should = chargeAt(use, booked.chargedNanos, own, price)
    const { creditNanos, adjustNanos } =
      should === null
        ? { creditNanos: 0n, adjustNanos: 0n }
        : correctionOf(booked, should, chargeDearer)
    const owed =
      booked.chargedNanos -
      booked.creditedByHandNanos -
      booked.creditedByPriceNanos +
      booked.adjustedNanos
    sums.records++
    sums.before += owed
    sums.after += owed - creditNanos + adjustNanos
    sums.credited += creditNanos
    sums.adjusted += adjustNanos
    if (should === null) sums.unknown++
    else if (!chargeDearer)
      sums.dearer += correctionOf(booked, should, true).adjustNanos - adjustNanos
    if (creditNanos === 0n && adjustNanos === 0n) continue
    sums.changed++
    const entry = { accountId, usageRecordId: charge.id, priceId: price.id }
    if (creditNanos > 0n) {
      const credit = {
        ...entry,
        id: newId('led'),
        kind: 'credit',
        amountNanos: creditNanos,
      } as const
      plan.entries.push(credit)
      plan.given.push({ chargedBudgetsId: charge.chargedBudgetsId, nanos: creditNanos })
    }
    if (adjustNanos !== 0n) {
      const id = newId('led')
      plan.entries.push({ ...entry, id, kind: 'adjustment', amountNanos: adjustNanos })
    }
  }
  return plan
}

const run = implement(contract.run, async (c) => {
  const model = c.object!
  assertOwnModel(c, model)
  await requireTenantAdmin(c)
  const { versions, price } = await pricesOf(c, model)
  const from = new Date(c.body.from)
  const to = c.body.to === undefined ? c.now : new Date(c.body.to)
  if (from >= to) throw refuse('from', 'from has to be before to.')
  const after = c.body.after === undefined ? null : placeIn(c.body.after)
  const found = await chargesOfModel(c.tx, model.id, { from, to }, after, reRateRecordsMax + 1)
  const charges = found.slice(0, reRateRecordsMax)
  const { entries, given, accounts } = planOf(charges, versions, price, c.body.chargeDearer)

  const by = { at: c.now, note: c.body.reason, createdBy: c.caller.principal.id }
  await insertLedgerEntries(c.tx, c.tenantId, entries, by)
  await giveBack(c.tx, c.tenantId, given)
  const byAccount = []
  for (const [id, sums] of accounts) {
    const { name } = (await findAccount(c.tx, id))!
    byAccount.push({ id, name, ...presentSums(sums) })
  }
  const all = presentSums(sumOf([...accounts.values()]))
  auditRun(c, model, all, accounts)
  return {
    model: pathOf(model),
    price: c.body.price,
    from: from.toISOString(),
    to: to.toISOString(),
    ...all,
    accounts: byAccount,
    next: found.length > charges.length ? textOf(charges.at(-1)!) : null,
  }
})

/** In the owner's log as a whole, and in that of each account on whose bill something was booked. */
function auditRun(
  c: Run,
  model: ResourceRow,
  all: ReturnType<typeof presentSums>,
  accounts: ReadonlyMap<AccountId, Sums>,
): void {
  const { price, from, to, reason } = c.body
  const target = { kind: 'model', id: model.id, name: pathOf(model) }
  const what = { reRatedAtPrice: price, from, ...(to === undefined ? {} : { to }), reason }
  const told = ({ records, changed, creditedUsd, adjustedNanos }: typeof all) => {
    return { ...what, records, changed, creditedUsd, adjustedNanos }
  }
  c.audit({ target, after: told(all) })
  for (const [account, sums] of accounts) {
    if (account === c.account.id || sums.changed === 0) continue
    c.audit({ target, after: told(presentSums(sums)), account })
  }
}

function sumOf(list: readonly Sums[]): Sums {
  const all = noSums()
  for (const one of list) {
    all.records += one.records
    all.changed += one.changed
    all.unknown += one.unknown
    all.before += one.before
    all.after += one.after
    all.credited += one.credited
    all.adjusted += one.adjusted
    all.dearer += one.dearer
  }
  return all
}

const presentSums = ({ records, changed, unknown, ...sums }: Sums) => ({
  records,
  changed,
  unknown,
  beforeUsd: formatUsd(sums.before),
  beforeNanos: String(sums.before),
  afterUsd: formatUsd(sums.after),
  afterNanos: String(sums.after),
  creditedUsd: formatUsd(sums.credited),
  creditedNanos: String(sums.credited),
  adjustedNanos: String(sums.adjusted),
  dearerNanos: String(sums.dearer),
})

const pathOf = ({ parentName, name }: ResourceRow) => `${parentName}/${name}`

/** Only a place: whoever makes one up looks at other charges of the same model, no more. */
const textOf = ({ accountId, at, id }: ChargeRow) => `${accountId}.${at.getTime()}.${id}`

/** @throws malformed_request */
function placeIn(text: string): ChargePlace {
  const [accountId = '', at = '', id = ''] = text.split('.')
  const atMs = /^\d{1,15}$/.test(at) ? Number(at) : Number.NaN
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
  if (!isId(accountId, 'acct') || Number.isNaN(new Date(atMs).getTime()) || !isUuid) {
    throw new Refusal('malformed_request', 'after is the next of an answer before.')
  }
  return { accountId, atMs, id }
}

export const reRateImplementations = [run]
