/** Choosing something that exists, searched by the server while one types. */
import { MultiSelect, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useActing } from '../api/acting.ts'
import type { Choice, ChoiceSource } from '../api/choices.ts'

const SEARCH_DELAY_MS = 200

interface Common {
  source: ChoiceSource
  label: string
  description?: ReactNode
  placeholder?: string
  required?: boolean
  error?: string | undefined
  size?: string
  'aria-label'?: string
}

interface OneProps extends Common {
  value: string
  onChange: (value: string) => void
  clearable?: boolean
}

interface ManyProps extends Common {
  value: readonly string[]
  onChange: (value: string[]) => void
}

/** What a search of the source finds; all of it for no text. */
export function choicesQuery(account: string, source: ChoiceSource, q: string) {
  return queryOptions({
    queryKey: ['account', account, 'choices', source.key, q],
    queryFn: () => source.search(account, q),
  })
}

function useChoices(source: ChoiceSource, text: string) {
  const { account } = useActing()
  const [q] = useDebouncedValue(text, SEARCH_DELAY_MS)
  const { data = [] } = useQuery({
    ...choicesQuery(account, source, q),
    placeholderData: keepPreviousData,
  })
  return data
}

/** The name of what was chosen before this select was there. */
function useNamed(source: ChoiceSource, value: string, isKnown: boolean): Choice | null {
  const { account } = useActing()
  const { find } = source
  const { data = null } = useQuery({
    queryKey: ['account', account, 'choice', source.key, value],
    queryFn: () => find?.(account, value) ?? null,
    enabled: find !== undefined && value !== '' && !isKnown,
  })
  return data
}

/** What is chosen stays in the list although the search no longer finds it. */
function withChosen(choices: readonly Choice[], chosen: readonly string[]): Choice[] {
  const known = new Set(choices.map((choice) => choice.value))
  const missing = chosen.filter((value) => value !== '' && !known.has(value))
  return [...choices, ...missing.map((value) => ({ value, label: value }))]
}

/** The server has searched already; nothing is filtered twice. */
const asFound = ({ options }: { options: unknown }) => options as never

export function ReferenceSelect({ source, value, onChange, ...rest }: OneProps) {
  const [text, setText] = useState('')
  const [picked, setPicked] = useState<Choice | null>(null)
  // The name of what is chosen is no search: whoever opens the list wants to see the others.
  const isChosenText = text === value || (picked !== null && text === picked.label)
  const choices = useChoices(source, isChosenText ? '' : text)
  const known = picked?.value === value ? [...without(choices, value), picked] : choices
  const isKnown = known.some((choice) => choice.value === value)
  const named = useNamed(source, value, isKnown)
  const all = named === null || isKnown ? known : [...known, named]
  return (
    <Select
      {...rest}
      clearButtonProps={{ 'aria-label': 'Clear' }}
      data={withChosen(all, [value])}
      filter={asFound}
      searchable
      searchValue={text}
      onSearchChange={setText}
      value={value === '' ? null : value}
      onChange={(next) => {
        setPicked(all.find((choice) => choice.value === next) ?? null)
        onChange(next ?? '')
      }}
      nothingFoundMessage="Nothing found"
    />
  )
}

function without(choices: readonly Choice[], value: string): Choice[] {
  return choices.filter((choice) => choice.value !== value)
}

export function ReferenceMultiSelect({ source, value, onChange, ...rest }: ManyProps) {
  const [text, setText] = useState('')
  const choices = useChoices(source, text)
  const [picked, setPicked] = useState<readonly Choice[]>([])
  const all = [...choices, ...picked.filter((one) => choices.every((c) => c.value !== one.value))]
  return (
    <MultiSelect
      {...rest}
      data={withChosen(all, value)}
      filter={asFound}
      searchable
      searchValue={text}
      onSearchChange={setText}
      value={[...value]}
      onChange={(next) => {
        setPicked(all.filter((choice) => next.includes(choice.value)))
        onChange(next)
        setText('')
      }}
      nothingFoundMessage="Nothing found"
    />
  )
}
