/** What is asked of Explain, as the address has it. */
import type { client } from '../../api/client.ts'
import type { Search } from '../../ui/search.ts'

export type Explanation = Awaited<ReturnType<typeof client.access.explain>>

export interface Asked {
  /** An id; empty for oneself. */
  principal: string
  permission: string
  /** Of the resource; empty for the account itself. */
  kind: string
  resource: string
}

/** The value of `kind` for a question about the account as a whole. */
export const WHOLE_ACCOUNT = 'account'

export function askedIn(search: Search): Asked {
  const kind = search.kind ?? 'model'
  return {
    principal: search.principal ?? '',
    permission: search.permission ?? (kind === WHOLE_ACCOUNT ? 'account:read' : `${kind}:use`),
    kind,
    resource: search.resource ?? '',
  }
}

export function isComplete({ kind, resource }: Asked): boolean {
  return kind === WHOLE_ACCOUNT || resource !== ''
}
