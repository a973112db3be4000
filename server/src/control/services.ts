/** What operations need besides the transaction. Made once in main.ts, passed in, never global. */
import type { CredentialHasher } from '../crypto/credential-hash.ts'
import type { Vault } from '../crypto/envelope.ts'
import type { Database } from '../store/database.ts'
import type { UseNotes } from './access-use.ts'

export interface Services {
  readonly database: Database
  readonly hasher: CredentialHasher
  readonly vault: Vault
  readonly mode: 'self-hosted' | 'hosted'
  readonly version: string
  /** Where people reach the console, without a slash at the end: links in mails begin with it. */
  readonly publicUrl: string
  /** Host names below it name a tenant; null where there is none. */
  readonly baseDomain: string | null
  /** Where it is noted which power requests used. */
  readonly uses: UseNotes
  /** HMAC of the operator key. */
  readonly operatorKeyHash: Buffer
  /** Whether mail can be sent: otherwise links are only shown. */
  readonly mails: boolean
  readonly sandbox: boolean
  /** Whether provider accounts may point at private addresses. */
  readonly allowPrivateUpstreams: boolean
  readonly log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
}
