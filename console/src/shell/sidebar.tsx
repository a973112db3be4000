/** The sidebar: where one is, the way everywhere else, and who one is. */
import { Kbd, UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { Link, useLocation, useRouter } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { type Acting, useActing } from '../api/acting.ts'
import { AccountSwitcher } from './account-switcher.tsx'
import { navigationFor } from './navigation.ts'
import classes from './sidebar.module.css'
import { UserMenu } from './user-menu.tsx'

const PRELOAD_AFTER_MS = 2_000

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

export function Sidebar({ onNavigate }: { onNavigate: () => void }) {
  const acting = useActing()
  const nav = useRef<HTMLElement>(null)
  usePreloadedPages(acting)
  const pathname = useLocation({ select: (location) => location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: where one is may have moved out of sight.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [pathname])
  const search = () => {
    onNavigate()
    spotlight.open()
  }
  return (
    <div className={classes.sidebar}>
      <AccountSwitcher />
      <UnstyledButton className={classes.search} onClick={search}>
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

/** Once the first page stands, the code of the others is fetched, so that going there takes no time. */
function usePreloadedPages(acting: Acting): void {
  const router = useRouter()
  const { account } = acting
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each account.
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const { to } of navigationFor(acting).flatMap(({ entries }) => entries)) {
        void router.preloadRoute({ to: to(account) })
      }
    }, PRELOAD_AFTER_MS)
    return () => clearTimeout(timer)
  }, [account])
}
