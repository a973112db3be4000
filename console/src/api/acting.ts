/**
 * The acting account: it is in the address, and everything on a page is asked of it. What the caller
 * may do there comes from the server's own decision and is never guessed.
 */
import { useSuspenseQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { accountMeQuery, meQuery } from './session.ts'

export interface Acting {
  /** As in the address and in every path: `root` or a name. */
  readonly account: string
  readonly accountId: string
  /** The tenant's name for root. */
  readonly displayName: string
  readonly isRoot: boolean
  readonly permissions: readonly string[]
  readonly boundary: readonly string[]
  /** Whether accounts may be mentioned at all: a tenant without any must not notice them. */
  readonly knowsAccounts: boolean
  readonly principalId: string
  may(permission: string): boolean
}

export function useActing(): Acting {
  const { account = 'root' } = useParams({ strict: false })
  const { data: me } = useSuspenseQuery(meQuery)
  const { data: here } = useSuspenseQuery(accountMeQuery(account))
  const own = me.accounts.find((one) => (account === 'root' ? one.isRoot : one.name === account))
  const isRoot = own?.isRoot ?? account === 'root'
  return {
    account,
    accountId: own?.id ?? '',
    displayName: isRoot ? me.tenant.displayName : (own?.displayName ?? account),
    isRoot,
    permissions: here.permissions,
    boundary: here.boundary,
    knowsAccounts: me.hasAccounts || me.accounts.length > 1,
    principalId: me.principal.id,
    may: (permission) => (here.permissions as readonly string[]).includes(permission),
  }
}
