/**
 * A tenant to ask about access in: `acme`, with a provider account and two models in root, and the
 * account `research` with its own admin. Each test file has its own, and each test its own names.
 */
import { type As, type Control, type Read, startControl, type TestTenant } from './control.ts'

export interface Acme {
  readonly control: Control
  readonly tenant: TestTenant
  /** Admin of the tenant: acts in root. */
  readonly rootAdmin: As
  /** Admin of the account `research`, and of nothing else. */
  readonly researchAdmin: As
  /** Asks in the account `research`. */
  research(operationId: string, input?: Asked): Promise<Read>
  /** Asks in root. */
  root(operationId: string, input?: Asked): Promise<Read>
  /** A new person in an account, signed in. */
  person(account: 'root' | 'research', email: string, role?: string): Promise<As>
  /** A new virtual account in research, with a token of it. */
  program(name: string, token?: object): Promise<{ id: string; as: As; token: Read }>
  close(): Promise<void>
}

export interface Asked {
  readonly params?: Record<string, string>
  readonly query?: Record<string, string>
  readonly body?: unknown
  /** By default the account's admin. */
  readonly as?: As
  readonly ifMatch?: string
  readonly address?: string
}

/** @param boundary of the account `research` */
export async function startAcme(boundary: string | string[] = 'standard'): Promise<Acme> {
  const control = await startControl()
  const tenant = await control.tenant('acme')
  const rootAdmin = tenant.admin
  const { invitation } = await control.ask('account.create', {
    as: rootAdmin,
    body: { name: 'research', boundary, admin: { email: 'ana@acme.example' } },
  })
  const researchAdmin = await control.accept(invitation.link)
  const asking =
    (account: string, admin: As) =>
    (operationId: string, { params, as = admin, ...rest }: Asked = {}) =>
      control.ask(operationId, { ...rest, as, params: { account, ...params } })
  const root = asking('root', rootAdmin)
  const research = asking('research', researchAdmin)
  await makeModels(root)
  return {
    control,
    tenant,
    rootAdmin,
    researchAdmin,
    root,
    research,
    person: async (account, email, role) => {
      const invited = await (account === 'root' ? root : research)('user.invite', {
        body: { email, role },
      })
      return control.accept(invited.invitation.link)
    },
    program: async (name, token = {}) => {
      const { id } = await research('virtual-account.create', { body: { name } })
      const made = await research('token.create', {
        params: { 'virtual-account': name },
        body: { name: 'main', ...token },
      })
      return { id, as: { token: made.secret }, token: made }
    },
    close: () => control.close(),
  }
}

async function makeModels(root: Acme['root']): Promise<void> {
  await root('provider-account.create', { body: { name: 'sandbox', provider: 'sandbox' } })
  for (const name of ['small', 'large']) {
    await root('model.create', {
      body: {
        name,
        providerAccount: 'sandbox',
        upstreamModel: 'sandbox-fast',
        type: 'chat',
        contextTokensMax: 8_000,
        outputTokensMax: 1_000,
        price: { inputPerMillionUsd: '1', outputPerMillionUsd: '2' },
      },
    })
  }
}

/** A grant to a member of the account, as the body of `grant.create`. */
export const grantTo = (subject: object, role: string, object: object = { type: 'account' }) => ({
  subject,
  role,
  object,
})

export const user = (email: string) => ({ type: 'user', user: email })
export const virtualAccount = (name: string) => ({ type: 'virtual-account', virtualAccount: name })
export const team = (name: string) => ({ type: 'team', team: name })
export const resource = (kind: string, reference: string) => ({
  type: 'resource',
  kind,
  resource: reference,
})
