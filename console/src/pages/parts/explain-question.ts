/** What is asked of Explain, as the address has it. */
import type { client } from '../../api/client.ts'
import { kindOf } from '../../ui/kinds.ts'
import type { Search } from '../../ui/search.ts'

export type Explanation = Awaited<ReturnType<typeof client.access.explain>>
export type Question = Parameters<typeof client.access.explain>[1]

export interface Asked {
  /** An id; empty for oneself. */
  principal: string
  /** The id of a token of that principal; empty for what the principal itself may do. */
  token: string
  permission: string
  /** Of the resource; `account` for the account itself. */
  kind: string
  resource: string
}

/** The value of `kind` for a question about the account as a whole. */
export const WHOLE_ACCOUNT = 'account'

/** What of the address stays when another way of asking is chosen. */
export const ASKED_KEPT = ['principal', 'token', 'permission', 'kind', 'resource'] as const

export function askedIn(search: Search): Asked {
  const { principal = '', token = '', resource = '' } = search
  const kind = search.kind ?? (search.permission ? kindOf(search.permission) : 'model')
  const permission = search.permission ?? (kind === WHOLE_ACCOUNT ? 'account:read' : `${kind}:use`)
  return { principal, token, permission, kind, resource }
}

export function isComplete({ kind, resource }: Pick<Asked, 'kind' | 'resource'>): boolean {
  return kind === WHOLE_ACCOUNT || resource !== ''
}

/** What it is asked about, as the API takes it. */
export function targetOf({ kind, resource }: Pick<Asked, 'kind' | 'resource'>) {
  if (resource === '') return {}
  return { kind: kind as NonNullable<Question['kind']>, resource }
}

export function questionOf(asked: Asked): Question {
  const { principal, token, permission } = asked
  return {
    permission: permission as Question['permission'],
    ...(principal === '' ? {} : { principal }),
    ...(token === '' ? {} : { token }),
    ...targetOf(asked),
  }
}
