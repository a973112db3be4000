/** What comes through the door and what goes back out of it, in no transport's terms. */
import type { AnyOperation } from '@commonhold/contract'

export interface Call {
  readonly operation: AnyOperation
  /** Already parsed by the operation's schemas. */
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  /** The text that proves somebody, and how it came: only a cookie can be sent by another site. */
  readonly credential: { readonly text: string; readonly from: 'cookie' | 'header' } | null
  readonly csrfToken: string | null
  readonly idempotencyKey: string | null
  readonly ifMatch: string | null
  readonly requestId: string
  readonly address: string | null
  readonly userAgent: string | null
  /** The host that the request was sent to: where a base domain is set, it names the tenant. */
  readonly host: string | null
}

export interface Answer {
  readonly status: number
  readonly body: unknown
  /** A new cookie to set, or null to clear it; absent leaves it alone. */
  readonly cookie?: SessionCookie | null
  readonly dryRun?: true
}

export interface SessionCookie {
  readonly realm: 'tenant' | 'operator'
  readonly text: string
  readonly expiresAt: Date
}
