/** What an event was on: a name or an id as one pastes it, looked for when one has typed it. */
import { TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ListState } from '../../ui/list-state.ts'

export function TargetFilter({ list }: { list: ListState }) {
  const chosen = list.filter('target') ?? ''
  const [text, setText] = useState(chosen)
  useEffect(() => setText(chosen), [chosen])
  const apply = () => {
    if (text.trim() !== chosen) list.filterBy('target', text.trim() === '' ? null : text.trim())
  }
  return (
    <TextInput
      size="xs"
      w={190}
      aria-label="On: the name or id of what was changed"
      placeholder="On: a name or id"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={apply}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply()
      }}
    />
  )
}
