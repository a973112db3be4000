/** The sidebar: where one is, the way everywhere else, and who one is. */
import { Kbd, UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { Link, useLocation } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useActing } from '../api/acting.ts'
import { AccountSwitcher } from './account-switcher.tsx'
import { navigationFor } from './navigation.ts'
import classes from './sidebar.module.css'
import { UserMenu } from './user-menu.tsx'

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

export function Sidebar({ onNavigate }: { onNavigate: () => void }) {
  const acting = useActing()
  const nav = useRef<HTMLElement>(null)
  const pathname = useLocation({ select: (location) => location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: where one is may have moved out of sight.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [pathname])
  return (
    <div className={classes.sidebar}>
      <AccountSwitcher />
      <UnstyledButton className={classes.search} onClick={() => spotlight.open()}>
        <Search size={14} aria-hidden />
        <span>Search</span>
        <Kbd size="xs" className={classes.kbd}>
          {isMac ? '⌘K' : 'Ctrl K'}
        </Kbd>
      </UnstyledButton>
      <nav ref={nav} className={classes.navigation} aria-label="Main">
        {navigationFor(acting).map((group) => (
          <div key={group.entries[0]!.label} className={classes.group}>
            {group.label !== null && <h2 className={classes.groupLabel}>{group.label}</h2>}
            <ul className={classes.entries}>
              {group.entries.map(({ label, icon: Icon, to }) => (
                <li key={label}>
                  <Link
                    to={to(acting.account)}
                    className={classes.entry}
                    activeProps={{ 'data-active': 'true', 'aria-current': 'page' }}
                    activeOptions={{ includeSearch: false }}
                    onClick={onNavigate}
                  >
                    <Icon size={15} strokeWidth={1.75} aria-hidden />
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <UserMenu />
    </div>
  )
}
