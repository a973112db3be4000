/**
 * The frame of every page of an account: the sidebar, or on a narrow window a bar with a menu, and
 * the page beside it. Losing the session takes one out of it at once.
 */
import { Burger, Drawer, Group } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { Outlet } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useActing } from '../api/acting.ts'
import { AccountMark } from '../ui/account-mark.tsx'
import classes from './account-layout.module.css'
import { Palette } from './palette.tsx'
import { Sidebar } from './sidebar.tsx'

const NARROW = '(max-width: 48em)'

export function AccountLayout() {
  const isNarrow = useMediaQuery(NARROW, window.matchMedia(NARROW).matches)
  const { account } = useActing()
  return (
    <div className={classes.frame} data-narrow={isNarrow}>
      <a href="#main" className="skip-link">
        Skip to the content
      </a>
      {isNarrow ? (
        <TopBar />
      ) : (
        <aside className={classes.aside}>
          <Sidebar onNavigate={() => {}} />
        </aside>
      )}
      <main id="main" tabIndex={-1} className={classes.main} key={account}>
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <Palette />
    </div>
  )
}

function TopBar() {
  const [opened, { toggle, close }] = useDisclosure()
  const { accountId, displayName } = useActing()
  return (
    <header className={classes.bar}>
      <Group gap="sm">
        <Burger size="sm" opened={opened} onClick={toggle} aria-label="Menu" />
        <AccountMark id={accountId} displayName={displayName} />
        <strong>{displayName}</strong>
      </Group>
      <Drawer
        opened={opened}
        onClose={close}
        position="left"
        size={280}
        withCloseButton={false}
        padding={0}
        aria-label="Menu"
        styles={{ body: { height: '100%' } }}
      >
        <Sidebar onNavigate={close} />
      </Drawer>
    </header>
  )
}
