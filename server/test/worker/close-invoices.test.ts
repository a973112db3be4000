/** Invoices: closed in order when a month is over, never twice, and no charge is lost between two. */
import { type AccountId, uuidOf } from '@commonhold/core'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newUuid } from '../../src/crypto/new-id.ts'
import { closedInvoices, openInvoice, openMonths } from '../../src/store/invoice.ts'
import { reconcile } from '../../src/worker/close-invoices.ts'
import { type Control, type Read, refusalOf, startControl, type TestTenant } from '../control/support/control.ts'
import { journalOf } from '../control/support/spend.ts'
import { newAccount, type TestAccount } from '../control/support/world.ts'

let control: Control
let acme: TestTenant
let counter = 0

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
})
afterAll(() => control.close())

const close = (now: string) => reconcile(control.services, new Date(now))

async function billed() {
  const account = await newAccount(control, acme, `billed-${++counter}`)
  return { account, spend: await journalOf(control.services.database, acme.id, account.id) }
}

const inTenant = control_ => control_.services.database
const withTenant = <T>(work: Parameters<typeof runs<T>>[0]) => runs(work)
function runs<T>(work: (tx: Read) => Promise<T>): Promise<T> {
  return inTenant(control).withTenant(acme.id, work)
}

const closed = (account: TestAccount) =>
  withTenant((tx) => closedInvoices(tx, account.id as AccountId))
