/** Above a list: search (the key / goes there) and filters. */
import { Kbd, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { Search as SearchIcon } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { FilterBar } from './filter-bar.tsx'
import type { ListState } from './list-state.ts'

const SEARCH_DELAY_MS = 220

interface ListToolbarProps {
  list: ListState
  /** "Search teams". Without it there is no search. */
  searchLabel?: string
  children?: ReactNode
  /** At the end of the row: a button for a new one. */
  actions?: ReactNode
}

export function ListToolbar({ list, searchLabel, children, actions }: ListToolbarProps) {
  return (
    <FilterBar actions={actions}>
      {searchLabel !== undefined && <SearchInput list={list} label={searchLabel} />}
      {children}
    </FilterBar>
  )
}

function SearchInput({ list, label }: { list: ListState; label: string }) {
  const [text, setText] = useState(list.q)
  const input = useRef<HTMLInputElement>(null)
  const search = useDebouncedCallback((value: string) => list.search(value), SEARCH_DELAY_MS)
  useHotkeys([['/', () => input.current?.focus()]])
  useEffect(() => setText(list.q), [list.q])
  return (
    <TextInput
      ref={input}
      size="xs"
      w={260}
      maw="100%"
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      leftSection={<SearchIcon size={14} aria-hidden />}
      rightSection={text === '' ? <Kbd size="xs">/</Kbd> : undefined}
      onChange={(event) => {
        setText(event.currentTarget.value)
        search(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}

interface FilterSelectProps {
  list: ListState
  name: string
  label: string
  options: readonly { value: string; label: string }[]
}

export function FilterSelect({ list, name, label, options }: FilterSelectProps) {
  return (
    <Select
      size="xs"
      w={160}
      aria-label={label}
      placeholder={label}
      data={[...options]}
      value={list.filter(name) ?? null}
      onChange={(value) => list.filterBy(name, value)}
      clearable
      clearButtonProps={{ 'aria-label': 'Clear' }}
    />
  )
}
