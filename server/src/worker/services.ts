/** What background jobs get. Made in main.ts and passed in, as everything is. */
import type { Vault } from '../crypto/envelope.ts'
import type { Database } from '../store/database.ts'

export interface WorkerServices {
  readonly database: Database
  readonly vault: Vault
  /** Null where no mail is sent. */
  readonly smtp: { readonly url: string; readonly from: string } | null
  /** Where people reach the console, without a slash at the end: links in mails begin with it. */
  readonly publicUrl: string
  /** Whether webhooks may be at private addresses. */
  readonly allowPrivateUpstreams: boolean
  readonly log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
}
