/**
 * The two clients of the console: one acts with the session of a person, the other with the
 * operator's. Both send the CSRF token of their session, which lives in memory only.
 */
import { createClient } from '@commonhold/sdk'

const csrfTokens: { session: string | null; operator: string | null } = {
  session: null,
  operator: null,
}

export function rememberCsrfToken(of: keyof typeof csrfTokens, token: string | null): void {
  csrfTokens[of] = token
}

export const client = createClient({ baseUrl: '', csrfToken: () => csrfTokens.session })

export const operatorClient = createClient({ baseUrl: '', csrfToken: () => csrfTokens.operator })
