/** The command palette (⌘K): pages, actions, and the objects of the account as one types. */
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CornerDownRight } from 'lucide-react'
import { useState } from 'react'
import { type Acting, useActing } from '../api/acting.ts'
import { meQuery } from '../api/session.ts'
import { AccountMark } from '../ui/account-mark.tsx'
import { paths } from '../ui/paths.ts'
import { actionIcon as ActionIcon, navigationFor, paletteActions } from './navigation.ts'
import { useFoundObjects } from './palette-objects.ts'

type Go = (to: string, search?: Record<string, string>) => void

const ACTIONS_SHOWN_MAX = 40

export function Palette() {
  const acting = useActing()
  const navigate = useNavigate()
  const [query, setQuery] = useState('')
  const go: Go = (to, search = {}) => void navigate({ to, search })
  const found = useFoundObjects(query)
  const groups: SpotlightActionGroupData[] = [
    {
      group: 'Found',
      actions: found.map(({ id, label, kind, to }) => ({
        id,
        label,
        description: kind,
        keywords: [query],
        leftSection: <CornerDownRight size={15} aria-hidden />,
        onClick: () => go(to),
      })),
    },
    { group: 'Go to', actions: pages(acting, go) },
    { group: 'Do', actions: actions(acting, go) },
    { group: 'Act in', actions: useAccounts(acting, go) },
  ]
  return (
    <Spotlight
      actions={groups.filter((group) => group.actions.length > 0)}
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K']}
      nothingFound="Nothing found"
      highlightQuery
      overlayProps={{ backgroundOpacity: 0.25, blur: 0 }}
      classNames={{ content: 'raised' }}
      scrollable
      maxHeight={440}
      limit={ACTIONS_SHOWN_MAX}
      searchProps={{ placeholder: 'Go to, do, or find …', 'aria-label': 'Go to, do, or find' }}
    />
  )
}

function pages(acting: Acting, go: Go) {
  return navigationFor(acting)
    .flatMap(({ entries }) => entries)
    .map(({ label, icon: Icon, to, keywords = [] }) => ({
      id: `page-${label}`,
      label,
      keywords: [...keywords],
      leftSection: <Icon size={15} strokeWidth={1.75} aria-hidden />,
      onClick: () => go(to(acting.account)),
    }))
}

function actions(acting: Acting, go: Go) {
  return paletteActions
    .filter(({ needs }) => acting.may(needs))
    .map(({ label, to }) => ({
      id: `action-${label}`,
      label,
      leftSection: <ActionIcon size={15} strokeWidth={1.75} aria-hidden />,
      onClick: () => go(to(acting.account), { new: 'true' }),
    }))
}

function useAccounts(acting: Acting, go: Go) {
  const { data: me } = useSuspenseQuery(meQuery)
  if (!acting.knowsAccounts) return []
  return me.accounts
    .filter(({ id }) => id !== acting.accountId)
    .map((account) => {
      const label = account.isRoot ? me.tenant.displayName : account.displayName
      return {
        id: `account-${account.id}`,
        label,
        keywords: ['account', 'switch', account.name],
        leftSection: <AccountMark id={account.id} displayName={label} />,
        onClick: () => go(paths.overview(account.isRoot ? 'root' : account.name)),
      }
    })
}
