/**
 * A tenant with two accounts, `lab` and `sales`, between which things are transferred. The lab's admin
 * is a viewer in the other account, and so knows its name.
 */
import { type Control, type Read, type SignedIn, startControl, type TestTenant } from './control.ts'
import { newAccount, type TestAccount } from './world.ts'

export type Place = { readonly name: string; readonly admin: SignedIn }

export interface Hands {
  readonly control: Control
  readonly tenant: TestTenant
  readonly root: Place
  readonly lab: TestAccount
  readonly sales: TestAccount
  ask(at: Place, operationId: string, more?: object, as?: SignedIn): Promise<Read>
  /** The giver's half, by default as its admin. */
  offer(
    at: Place,
    kind: string,
    name: string,
    to: string,
    more?: object,
    as?: SignedIn,
  ): Promise<Read>
  accept(at: Place, id: string, body?: object, more?: object): Promise<Read>
}

export async function startHands(): Promise<Hands> {
  const control = await startControl()
  const tenant = await control.tenant('acme')
  const lab = await newAccount(control, tenant, 'lab')
  const sales = await newAccount(control, tenant, 'sales')
  const ask: Hands['ask'] = (at, operationId, more = {}, as = at.admin) => {
    const { params, ...rest } = more as { params?: object }
    const asked = { as, params: { account: at.name, ...params }, ...rest }
    return control.ask(operationId, asked as never)
  }
  await ask(sales, 'user.invite', { body: { email: lab.adminEmail, role: 'viewer' } })
  return {
    control,
    tenant,
    root: { name: 'root', admin: tenant.admin },
    lab,
    sales,
    ask,
    offer: (at, kind, name, to, more = {}, as = at.admin) =>
      ask(at, `${kind}.transfer`, { params: { [kind]: name }, body: { to, ...more } }, as),
    accept: (at, id, body = {}, more = {}) =>
      ask(at, 'transfer.accept', { params: { transfer: id }, body, ...more }),
  }
}

export const dryRun = { query: { dryRun: 'true' } }
export const sentencesOf = (told: Read): string[] =>
  told.lost.map((loss: Read) => loss.sentence as string)
