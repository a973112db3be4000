/**
 * Where one is, at the top left. A tenant without accounts sees its own name there and nothing to
 * switch; everybody else gets a menu of the accounts that they are members of.
 */
import { Menu, ScrollArea, Text, UnstyledButton } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Check, ChevronsUpDown } from 'lucide-react'
import { useActing } from '../api/acting.ts'
import { meQuery } from '../api/session.ts'
import { AccountMark } from '../ui/account-mark.tsx'
import { paths } from '../ui/paths.ts'
import classes from './account-switcher.module.css'

export function AccountSwitcher() {
  const acting = useActing()
  const { data: me } = useSuspenseQuery(meQuery)
  const mark = <AccountMark id={acting.accountId} displayName={acting.displayName} />
  const label = (
    <span className={classes.names}>
      <span className={classes.name}>{acting.displayName}</span>
      {acting.knowsAccounts && (
        <span className={classes.tenant}>
          {acting.isRoot ? 'Tenant level' : me.tenant.displayName}
        </span>
      )}
    </span>
  )
  if (!acting.knowsAccounts) {
    return (
      <div className={classes.place}>
        {mark}
        {label}
      </div>
    )
  }
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <UnstyledButton
          className={classes.switch}
          aria-label={`Account ${acting.displayName}. Switch account`}
        >
          {mark}
          {label}
          <ChevronsUpDown size={14} className={classes.chevrons} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Act in</Menu.Label>
        <Memberships />
      </Menu.Dropdown>
    </Menu>
  )
}

const LIST_HEIGHT_MAX_PX = 380

function Memberships() {
  const acting = useActing()
  const { data: me } = useSuspenseQuery(meQuery)
  const navigate = useNavigate()
  const sorted = [...me.accounts].sort((a, b) => Number(b.isRoot) - Number(a.isRoot))
  return (
    <ScrollArea.Autosize mah={LIST_HEIGHT_MAX_PX}>
      {sorted.map((account) => {
        const name = account.isRoot ? me.tenant.displayName : account.displayName
        const isHere = account.id === acting.accountId
        return (
          <Menu.Item
            key={account.id}
            leftSection={<AccountMark id={account.id} displayName={name} />}
            rightSection={isHere ? <Check size={14} aria-label="Here" /> : null}
            onClick={() => navigate({ to: paths.overview(account.isRoot ? 'root' : account.name) })}
          >
            <Text size="sm" truncate>
              {name}
            </Text>
            <Text size="xs" c="dimmed">
              {account.isRoot ? 'Tenant level' : account.name}
              {account.state === 'active' ? '' : ` · ${account.state}`}
            </Text>
          </Menu.Item>
        )
      })}
    </ScrollArea.Autosize>
  )
}
