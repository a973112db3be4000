/** Who is signed in, at the bottom left: the look of the console, own settings, signing out. */
import {
  type MantineColorScheme,
  Menu,
  SegmentedControl,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { LogOut, UserRoundCog } from 'lucide-react'
import { useActing } from '../api/acting.ts'
import { complain } from '../api/query.ts'
import { endSession, meQuery } from '../api/session.ts'
import { paths } from '../ui/paths.ts'
import classes from './user-menu.module.css'

export function UserMenu() {
  const { data: me } = useSuspenseQuery(meQuery)
  const { account } = useActing()
  const navigate = useNavigate()
  const signOut = () => endSession().then(() => navigate({ to: paths.home }), complain)
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.user}>
          <span className={classes.name}>{me.principal.displayName}</span>
          <span className={classes.email}>{me.principal.email}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Appearance</Menu.Label>
        <ColorScheme />
        <Menu.Divider />
        <Menu.Item
          leftSection={<UserRoundCog size={14} aria-hidden />}
          onClick={() => navigate({ to: paths.settings(account), search: { tab: 'profile' } })}
        >
          Your profile
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={14} aria-hidden />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function ColorScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      mx={6}
      mb={6}
      w="auto"
      aria-label="Appearance"
      value={colorScheme}
      onChange={(value) => setColorScheme(value as MantineColorScheme)}
      data={[
        { value: 'auto', label: 'System' },
        { value: 'light', label: 'Light' },
        { value: 'dark', label: 'Dark' },
      ]}
    />
  )
}
