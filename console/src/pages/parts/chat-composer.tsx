/** Where one writes. Enter sends, Shift with Enter begins a new line. */
import { ActionIcon, Textarea } from '@mantine/core'
import { ArrowUp, Square } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import classes from './playground.module.css'

interface ChatComposerProps {
  isBusy: boolean
  isReady: boolean
  send: (text: string) => void
  stop: () => void
}

export function ChatComposer({ isBusy, isReady, send, stop }: ChatComposerProps) {
  const [text, setText] = useState('')
  const canSend = isReady && !isBusy && text.trim() !== ''
  const submit = () => {
    if (!canSend) return
    send(text.trim())
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    submit()
  }
  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Textarea
        variant="unstyled"
        autosize
        minRows={1}
        maxRows={10}
        autoFocus
        aria-label="Message"
        placeholder="Message"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        className={classes.input}
      />
      {isBusy ? (
        <ActionIcon variant="filled" color="gray" size={30} aria-label="Stop" onClick={stop}>
          <Square size={13} aria-hidden />
        </ActionIcon>
      ) : (
        <ActionIcon
          type="submit"
          variant="filled"
          color="petrol"
          size={30}
          aria-label="Send"
          disabled={!canSend}
        >
          <ArrowUp size={16} aria-hidden />
        </ActionIcon>
      )}
    </form>
  )
}
