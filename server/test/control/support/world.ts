/** Accounts, people and things to share, in few words. Names are given by the test that needs them. */
import type { Control, SignedIn, TestTenant } from './control.ts'

export interface TestAccount {
  readonly name: string
  readonly id: string
  readonly adminEmail: string
  readonly admin: SignedIn
}

/** An account of the tenant with an active admin who is signed in. */
export async function newAccount(
  control: Control,
  tenant: TestTenant,
  name: string,
  boundary = 'everything',
): Promise<TestAccount> {
  const adminEmail = `admin@${name}.example`
  const { id, invitation } = await control.ask('account.create', {
    as: tenant.admin,
    body: { name, boundary, admin: { email: adminEmail } },
  })
  return { name, id, adminEmail, admin: await control.accept(invitation.link) }
}

/** Somebody new in the account with a built-in role in it, signed in. */
export async function newMember(
  control: Control,
  account: { name: string; admin: SignedIn },
  email: string,
  role: 'viewer' | 'user' | 'editor' | 'admin',
): Promise<SignedIn> {
  const { invitation } = await control.ask('user.invite', {
    as: account.admin,
    params: { account: account.name },
    body: { email, role },
  })
  return control.accept(invitation.link)
}

/** Root shares something with an account, up to a role. */
export function share(
  control: Control,
  tenant: TestTenant,
  what: { kind: string; resource: string; to: string; upTo?: string },
) {
  return control.ask('share.create', {
    as: tenant.admin,
    params: { account: 'root' },
    body: { upTo: 'user', ...what },
  })
}
