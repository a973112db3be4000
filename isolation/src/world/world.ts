/**
 * Two throw-away tenants: in the first two accounts, in the second one, and in all of them everything
 * has the same names. Whatever an operation can be asked about exists in each.
 */
import { buildMembers, type Members } from './members.ts'
import { accept, type Person, program } from './person.ts'
import { buildPlace, join, type Place } from './place.ts'

export interface World extends Members {
  readonly url: string
  /** Where the gateway answers: the same place, unless it runs apart. */
  readonly gatewayUrl: string
  /** Names of the throw-away tenants. */
  readonly tenants: readonly string[]
  readonly account1: Place
  readonly account2: Place
  /** An account of the second tenant that is called `account1` as well. */
  readonly otherTenant: Place
  readonly tenantAdmin: Person
  readonly otherTenantAdmin: Person
  readonly operator: Person
  /** A token of account2's admin, bound to account2, with all that he may. */
  readonly otherToken: Person
  /** Admin of account1 and of account2. */
  readonly ofBoth: Person
}

export interface WorldOptions {
  readonly url: string
  readonly gatewayUrl?: string | undefined
  readonly operatorKey: string
  /** After these the server removes what is left behind. */
  readonly minutes?: number | undefined
  /** Called with the name of each throw-away tenant as soon as it is there. */
  readonly onTenant?: (name: string) => void
}

/** @throws CommonholdError, such as when this is not the operator's key */
export async function buildWorld(options: WorldOptions): Promise<World> {
  const { url, gatewayUrl = url, operatorKey, minutes, onTenant } = options
  const operator = program(url, operatorKey)
  const tenants: string[] = []
  const newTenant = async (): Promise<Person> => {
    const made = await operator.client.operatorCheckTenant.create({}, { minutes })
    tenants.push(made.name)
    onTenant?.(made.name)
    return accept(url, made.adminLink)
  }
  const tenantAdmin = await newTenant()
  const otherTenantAdmin = await newTenant()
  const account1 = await buildPlace({ url, gatewayUrl }, tenantAdmin, 'account1', 'of-account1')
  const account2 = await buildPlace({ url, gatewayUrl }, tenantAdmin, 'account2', 'of-account2')
  const otherTenant = await buildPlace(
    { url, gatewayUrl },
    otherTenantAdmin,
    'account1',
    'of-other-tenant',
  )
  const members = await buildMembers(url, account1)

  const at2 = { account: 'account2' }
  const unbounded = { name: 'unbounded' }
  const other = await account2.admin.client.personalAccessToken.create(at2, unbounded)
  const email = 'both@check.invalid'
  const at1 = { account: 'account1' }
  const ofBoth = await join(url, account1.admin.client, at1, email, 'admin')
  await account2.admin.client.user.invite(at2, { email, role: 'admin' })
  return {
    url,
    gatewayUrl,
    tenants,
    account1,
    account2,
    otherTenant,
    tenantAdmin,
    otherTenantAdmin,
    operator,
    otherToken: program(url, other.secret),
    ofBoth,
    ...members,
  }
}

/** Deletes the throw-away tenants. @returns what the database still held of each */
export async function removeWorld(operator: Person, tenants: readonly string[]) {
  const left = []
  for (const tenant of tenants) {
    left.push({ tenant, ...(await operator.client.operatorCheckTenant.end({ tenant })) })
  }
  return left
}
