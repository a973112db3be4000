/** Tabs of an object. Which one is open is in the address. */
import { Tabs } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './page-tabs.module.css'
import { useSearchState } from './search.ts'

export interface Tab {
  id: string
  label: string
  content: () => ReactNode
}

interface PageTabsProps {
  /** Tabs that the caller may not see are given as false, and absent. */
  tabs: readonly (Tab | false)[]
  /** What of the address stays when another tab is opened; the rest belongs to the tab. */
  keep?: readonly string[]
}

export function PageTabs({ tabs, keep = [] }: PageTabsProps) {
  const [search, change] = useSearchState()
  const shown = tabs.filter((tab) => tab !== false)
  const open = shown.find((tab) => tab.id === search.tab) ?? shown[0]
  const own = Object.keys(search).filter((name) => !keep.includes(name))
  const clean = Object.fromEntries(own.map((name) => [name, undefined]))
  return (
    <Tabs
      value={open?.id ?? null}
      onChange={(id) =>
        change({ ...clean, tab: id === shown[0]?.id ? undefined : (id ?? undefined) })
      }
    >
      <Tabs.List mb="md" className={classes.list}>
        {shown.map((tab) => (
          <Tabs.Tab key={tab.id} value={tab.id} px="sm" py={7} className={classes.tab}>
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {shown.map((tab) => (
        <Tabs.Panel key={tab.id} value={tab.id}>
          {tab.content()}
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
