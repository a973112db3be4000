/** How far an account is set up, read from what is there. */
import { useLocalStorage } from '@mantine/hooks'
import { useRef } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'

export interface SetupState {
  hasModel: boolean
  hasGrant: boolean
  hasToken: boolean
  hasCall: boolean
  /** What the first call can ask for: a model that a team was granted, as callers name it. */
  grantedModel: string | null
}

export type Setup =
  /** It is not yet known. */
  | { show: 'loading' }
  /** Nothing to guide to, nobody to guide, or put away. */
  | { show: 'nothing' }
  | { show: 'guide'; state: SetupState; dismiss: () => void }

const CALL_POLL_MS = 2_500
const GRANTS_READ = 100

/** A grant on any of these lets a team call a model. */
const KINDS_WITH_MODELS = ['model', 'provider-account', 'virtual-model']

/** Whoever may do all of this runs the account. */
const NEEDED = [
  'grant:create',
  'team:create',
  'virtual-account:create',
  'token:create',
  'usage:read',
]

export function useSetup(): Setup {
  const { accountId, may } = useActing()
  const [isDismissed, setDismissed] = useLocalStorage({
    key: `commonhold-setup-dismissed-${accountId}`,
    defaultValue: false,
    getInitialValueInEffect: false,
  })
  const isFor = NEEDED.every(may) && !isDismissed
  const state = useSetupState(isFor)
  const wasDoneAtFirst = useRef<boolean | null>(null)
  if (!isFor) return { show: 'nothing' }
  if (state === null) return { show: 'loading' }
  // What is finished while one looks at it stays, so that the last step is seen to be done.
  wasDoneAtFirst.current ??= state.hasModel && state.hasGrant && state.hasToken && state.hasCall
  if (wasDoneAtFirst.current) return { show: 'nothing' }
  return { show: 'guide', state, dismiss: () => setDismissed(true) }
}

function useSetupState(enabled: boolean): SetupState | null {
  const models = useOne('setup', 'models', (account) => client.model.list({ account, limit: 1 }), {
    enabled,
  })
  const grants = useOne(
    'setup',
    'grants',
    (account) => client.grant.list({ account, limit: GRANTS_READ }),
    { enabled },
  )
  const hasToken = useOne('setup', 'tokens', anyToken, { enabled })
  const calls = useOne('setup', 'calls', (account) => client.usage.list({ account, limit: 1 }), {
    refetchIntervalMs: CALL_POLL_MS,
    enabled,
  })
  if (!models.data || !grants.data || hasToken.data === undefined || !calls.data) return null
  const toTeams = grants.data.items.filter(({ subject }) => subject.type === 'team')
  const onModel = toTeams.find(
    ({ object }) => object.kind === 'model' && object.type === 'resource',
  )
  return {
    hasModel: models.data.items.length > 0,
    hasGrant: toTeams.some(
      ({ object }) => object.type === 'account' || KINDS_WITH_MODELS.includes(object.kind ?? ''),
    ),
    hasToken: hasToken.data,
    hasCall: calls.data.items.length > 0,
    grantedModel: onModel?.object.name ?? null,
  }
}

const VIRTUAL_ACCOUNTS_LOOKED_AT = 5

async function anyToken(account: string): Promise<boolean> {
  const { items } = await client.virtualAccount.list({ account, limit: VIRTUAL_ACCOUNTS_LOOKED_AT })
  const tokens = await Promise.all(
    items.map(({ id }) => client.token.list({ account, virtualAccount: id, limit: 1 })),
  )
  return tokens.some((list) => list.items.length > 0)
}
