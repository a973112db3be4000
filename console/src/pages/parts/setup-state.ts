/** How far an account is set up, read from what is there. */
import { useRef } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'

export interface SetupState {
  hasModel: boolean
  hasGrant: boolean
  hasToken: boolean
  hasCall: boolean
  /** When the page was opened everything was there already: there is nothing to guide to. */
  wasDoneAtFirst: boolean
}

const CALL_POLL_MS = 2_500
const GRANTS_READ = 100

/** A grant on any of these lets a team call a model. */
const KINDS_WITH_MODELS = ['model', 'provider-account', 'virtual-model']

export function useSetupState(): SetupState | null {
  const { may } = useActing()
  const models = useOne('setup', 'models', (account) => client.model.list({ account, limit: 1 }))
  const grants = useOne('setup', 'grants', (account) =>
    client.grant.list({ account, limit: GRANTS_READ }),
  )
  const hasToken = useOne('setup', 'tokens', anyToken)
  const calls = useOne('setup', 'calls', (account) => client.usage.list({ account, limit: 1 }), {
    refetchIntervalMs: CALL_POLL_MS,
    enabled: may('usage:read'),
  })
  const wasDoneAtFirst = useRef<boolean | null>(null)
  if (!models.data || !grants.data || hasToken.data === undefined || !calls.data) return null
  const state = {
    hasModel: models.data.items.length > 0,
    hasGrant: grants.data.items.some(
      ({ subject, object }) =>
        subject.type === 'team' &&
        (object.type === 'account' || KINDS_WITH_MODELS.includes(object.kind ?? '')),
    ),
    hasToken: hasToken.data,
    hasCall: calls.data.items.length > 0,
  }
  wasDoneAtFirst.current ??= Object.values(state).every((isDone) => isDone)
  return { ...state, wasDoneAtFirst: wasDoneAtFirst.current }
}

const VIRTUAL_ACCOUNTS_LOOKED_AT = 5

async function anyToken(account: string): Promise<boolean> {
  const { items } = await client.virtualAccount.list({ account, limit: VIRTUAL_ACCOUNTS_LOOKED_AT })
  const tokens = await Promise.all(
    items.map(({ id }) => client.token.list({ account, virtualAccount: id, limit: 1 })),
  )
  return tokens.some((list) => list.items.length > 0)
}
