/** What background jobs get. Made in main.ts and passed in, as everything is. */
import type { Vault } from '../crypto/envelope.ts'
import type { Database } from '../store/database.ts'

export interface WorkerServices {
  readonly database: Database
  readonly vault: Vault
  /** Null where no mail is sent. */
  readonly smtp: { readonly url: string; readonly from: string } | null
  readonly log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
}
