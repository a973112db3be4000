/** Calling a model by hand, as the account that one is in: it is authorised and billed like any call. */
import { Button } from '@mantine/core'
import { Eraser } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { AppLink } from '../ui/link.tsx'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { useSearchState } from '../ui/search.ts'
import { ChatComposer } from './parts/chat-composer.tsx'
import { ChatSettingsForm } from './parts/chat-settings-form.tsx'
import { ChatTurn } from './parts/chat-turn.tsx'
import classes from './parts/playground.module.css'
import { MODEL_ABSENT, useExampleModel } from './parts/token-secret.tsx'
import { type ChatSettings, useChat } from './parts/use-chat.ts'

export function PlaygroundPage() {
  const { displayName, knowsAccounts } = useActing()
  const [search, change] = useSearchState()
  const example = useExampleModel()
  const model = search.model ?? (example === MODEL_ABSENT ? '' : example)
  const [rest, setRest] = useState({
    system: '',
    maxTokens: 1_024 as number | string,
    temperature: '' as number | string,
  })
  const settings: ChatSettings = { ...rest, model }
  const chat = useChat(settings)
  const set = ({ model: chosen, ...others }: ChatSettings) => {
    if (chosen !== model) void change({ model: chosen })
    setRest(others)
  }
  return (
    <Page
      title="Playground"
      description={knowsAccounts ? `Billed to ${displayName}, like any other call.` : undefined}
      actions={
        chat.turns.length > 0 && (
          <Button leftSection={<Eraser size={14} aria-hidden />} onClick={chat.clear}>
            Clear
          </Button>
        )
      }
    >
      <div className={classes.columns}>
        <section className={classes.conversation} aria-label="Conversation">
          <div className={classes.turns} aria-live="polite" aria-busy={chat.isBusy}>
            {chat.turns.length === 0 && <Beginning hasModel={model !== ''} />}
            {chat.turns.map((turn) => (
              <ChatTurn key={turn.key} turn={turn} />
            ))}
          </div>
          <ChatComposer
            isBusy={chat.isBusy}
            isReady={model !== ''}
            send={chat.send}
            stop={chat.stop}
          />
        </section>
        <ChatSettingsForm settings={settings} set={set} />
      </div>
    </Page>
  )
}

function Beginning({ hasModel }: { hasModel: boolean }) {
  const { account } = useActing()
  if (hasModel) return <p className={classes.hint}>Say something to the model.</p>
  return (
    <EmptyState
      title="No model to call"
      action={<AppLink to={paths.models(account)}>Go to the models</AppLink>}
    >
      There is no chat model here that you may use.
    </EmptyState>
  )
}
