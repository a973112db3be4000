/** The conversation in the playground: sending, streaming, stopping, and what each answer cost. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { type ChatMessage, type ChatResult, streamChat } from '../../api/gateway.ts'
import { sentence } from '../../api/sentence.ts'

export interface Turn extends ChatMessage {
  key: string
  state: 'done' | 'streaming' | 'stopped' | 'failed'
  problem?: string
  result?: ChatResult
}

export interface ChatSettings {
  model: string
  system: string
  maxTokens: number | string
  temperature: number | string
}

const optional = (value: number | string) => (value === '' ? undefined : Number(value))

export function useChat(settings: ChatSettings) {
  const { account } = useActing()
  const cache = useQueryClient()
  const [turns, setTurns] = useState<readonly Turn[]>([])
  const stopper = useRef<AbortController | null>(null)
  const isBusy = turns.at(-1)?.state === 'streaming'

  const changeLast = (change: (last: Turn) => Turn) =>
    setTurns((before) => before.map((turn, at) => (at === before.length - 1 ? change(turn) : turn)))

  async function send(text: string) {
    const asked: Turn = { key: `turn-${turns.length}`, role: 'user', content: text, state: 'done' }
    const history = [...turns.filter(({ state }) => state !== 'failed'), asked]
    setTurns([
      ...history,
      { ...asked, key: `${asked.key}-answer`, role: 'assistant', content: '', state: 'streaming' },
    ])
    stopper.current = new AbortController()
    const { signal } = stopper.current
    const system = settings.system.trim()
    const request = {
      model: settings.model,
      maxTokens: optional(settings.maxTokens),
      temperature: optional(settings.temperature),
      messages: [
        ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
        ...history.map(({ role, content }) => ({ role, content })),
      ],
    }
    const onText = (piece: string) =>
      changeLast((last) => ({ ...last, content: last.content + piece }))
    try {
      const result = await streamChat(account, request, onText, signal)
      changeLast((last) => ({ ...last, state: 'done', result }))
    } catch (error) {
      changeLast((last) =>
        signal.aborted
          ? { ...last, state: 'stopped' }
          : { ...last, state: 'failed', problem: sentence(error) },
      )
    }
    void cache.invalidateQueries({ queryKey: ['account', account, 'usage'] })
  }

  return {
    turns,
    isBusy,
    send,
    stop: () => stopper.current?.abort(),
    clear: () => setTurns([]),
  }
}
