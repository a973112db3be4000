/**
 * The control plane without HTTP: the same door, the same parsing, a real database. A test file has
 * one of these; tenants are made in it as the operator or a first start would.
 */
import { type AnyOperation, operations } from '@commonhold/contract'
import type { AccountId, TenantId } from '@commonhold/core'
import { freshDatabase } from '../../../../test/support/postgres.ts'
import { createUseNotes } from '../../../src/control/access-use.ts'
import { bySystem } from '../../../src/control/audit-open.ts'
import type { Answer, Call } from '../../../src/control/call.ts'
import { implementations } from '../../../src/control/implementations.ts'
import { makeTenant } from '../../../src/control/new-tenant.ts'
import { createDoor } from '../../../src/control/run.ts'
import type { Services } from '../../../src/control/services.ts'
import { createHasher } from '../../../src/crypto/credential-hash.ts'
import { createVault } from '../../../src/crypto/envelope.ts'
import { hashPassword } from '../../../src/crypto/password.ts'
import { parseInput } from '../../../src/http/parse.ts'
import { openDatabase } from '../../../src/store/database.ts'

export const password = 'correct horse battery staple'
export const operatorKey = 'the operator key of these tests'

/** Who calls: nobody, a person in a browser, or a program with a token. */
export type As =
  | null
  | { readonly cookie: string; readonly csrfToken: string }
  | { readonly token: string }

export interface Input {
  readonly params?: Record<string, string>
  readonly query?: Record<string, string>
  readonly body?: unknown
  readonly as?: As
  readonly ifMatch?: string
  readonly idempotencyKey?: string
  readonly address?: string
  readonly host?: string
}

/** What a test reads of an answer; the contract's own schemas have checked its shape. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads fields of many operations by name
export type Read = any

export interface Control {
  /** For rows by the thousand, past triggers that would take their time. */
  readonly superuserUrl: string
  readonly services: Services
  /** The answer, parsed by the operation's output. @throws Refusal */
  call(operationId: string, input?: Input): Promise<Answer & { body: Read }>
  /** The same, for its body alone. */
  ask(operationId: string, input?: Input): Promise<Read>
  signIn(email: string, options?: { tenant?: string; password?: string }): Promise<SignedIn>
  /** Follows an invitation link. */
  accept(link: string, more?: Record<string, unknown>): Promise<SignedIn>
  /** A tenant with an active admin, and that admin signed in. */
  tenant(name: string, adminEmail?: string): Promise<TestTenant>
  close(): Promise<void>
}

export interface SignedIn {
  readonly cookie: string
  readonly csrfToken: string
  readonly body: Read
}

export interface TestTenant {
  readonly id: TenantId
  readonly name: string
  readonly rootAccountId: AccountId
  readonly adminEmail: string
  readonly admin: SignedIn
}

const byId = new Map(operations.map((operation) => [operation.id, operation]))
const masterKey = Buffer.alloc(32, 7)
let passwordHash: Promise<string> | undefined

/** @param changes to the services, such as `{ mode: 'hosted' }` */
export async function startControl(changes: Partial<Services> = {}): Promise<Control> {
  const fresh = await freshDatabase()
  const database = openDatabase(fresh.appUrl)
  const hasher = createHasher(masterKey)
  const log = { info: () => undefined, warn: () => undefined, error: console.error }
  const services: Services = {
    database,
    hasher,
    vault: createVault(masterKey),
    mode: 'self-hosted',
    version: '0.0.0-test',
    publicUrl: 'http://localhost:7333',
    baseDomain: null,
    operatorKeyHash: hasher.hash(operatorKey),
    mails: false,
    sandbox: true,
    allowPrivateUpstreams: false,
    uses: createUseNotes(database, log),
    log,
    ...changes,
  }
  const door = createDoor(services, implementations)
  const send = async (operationId: string, input: Input = {}) => {
    const operation = byId.get(operationId)!
    const answer = await door(callOf(operation, input))
    if (answer.dryRun || answer.status === 204) return answer as Answer & { body: Read }
    return { ...answer, body: operation.output.parse(answer.body) as Read }
  }
  const begun = ({ body, cookie }: Answer & { body: Read }): SignedIn => ({
    cookie: cookie!.text,
    csrfToken: body.csrfToken,
    body,
  })
  const control: Control = {
    superuserUrl: fresh.superuserUrl,
    services,
    call: send,
    ask: async (operationId, input) => (await send(operationId, input)).body,
    signIn: async (email, { tenant, password: given = password } = {}) =>
      begun(await send('session.create', { body: { email, password: given, tenant } })),
    accept: async (link, more = {}) => {
      const secret = link.slice(link.indexOf('#') + 1)
      return begun(await send('invitation.accept', { body: { secret, password, ...more } }))
    },
    tenant: async (name, adminEmail = `admin@${name}.example`) => {
      passwordHash ??= hashPassword(password)
      const admin = { email: adminEmail, passwordHash: await passwordHash }
      const wanted = { name, displayName: name, admin }
      const maker = { actor: bySystem, operation: 'test', now: new Date(), call: null }
      const { tenant } = await makeTenant(services, wanted, maker)
      const { id, rootAccountId } = tenant
      const signedIn = await control.signIn(adminEmail, { tenant: name })
      return { id, name, rootAccountId, adminEmail, admin: signedIn }
    },
    close: async () => {
      await services.uses.stop()
      await database.close()
      await fresh.drop()
    },
  }
  return control
}

function callOf(operation: AnyOperation, input: Input): Call {
  const { params = {}, query = {}, body, as = null } = input
  return {
    operation,
    ...parseInput(operation, { params, query, body }),
    credential: credentialOf(as),
    csrfToken: as !== null && 'csrfToken' in as ? as.csrfToken : null,
    idempotencyKey: input.idempotencyKey ?? null,
    ifMatch: input.ifMatch ?? null,
    requestId: 'req_test',
    address: input.address ?? '127.0.0.1',
    userAgent: 'test',
    host: input.host ?? 'localhost',
  }
}

function credentialOf(as: As): Call['credential'] {
  if (as === null) return null
  return 'token' in as ? { text: as.token, from: 'header' } : { text: as.cookie, from: 'cookie' }
}

/** The code that a call is refused with; fails when it is not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  const refusal = await refused(call)
  return refusal.code
}

/** The refusal itself, for its words. */
export async function refused(call: Promise<unknown>): Promise<Read> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') return error
    throw error
  }
  throw new Error('it was not refused')
}
