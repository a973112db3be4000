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

/** Tabs that the caller may not see are given as false, and absent. */
export function PageTabs({ tabs }: { tabs: readonly (Tab | false)[] }) {
  const [search, change] = useSearchState()
  const shown = tabs.filter((tab) => tab !== false)
  const open = shown.find((tab) => tab.id === search.tab) ?? shown[0]
  const clean = Object.fromEntries(Object.keys(search).map((name) => [name, undefined]))
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
