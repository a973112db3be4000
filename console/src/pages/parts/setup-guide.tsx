/**
 * The way to the first call, for whoever runs a fresh account: what is done is read from the data,
 * so that it is right whichever way somebody did it. It can be put away.
 */
import { ActionIcon, Tooltip } from '@mantine/core'
import { Check, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { type Acting, useActing } from '../../api/acting.ts'
import { AppLink } from '../../ui/link.tsx'
import { paths } from '../../ui/paths.ts'
import classes from './setup-guide.module.css'
import type { SetupState } from './setup-state.ts'
import { CallStep, ProviderStep, TeamStep, TokenStep } from './setup-steps.tsx'
import { TokenSecret } from './token-secret.tsx'

interface SetupGuideProps {
  state: SetupState
  dismiss: () => void
}

interface Step {
  title: string
  isDone: boolean
  content: ReactNode
}

function steps(state: SetupState, acting: Acting, onSecret: (secret: string) => void): Step[] {
  return [
    {
      title: acting.may('provider-account:create') ? 'Connect a provider' : 'Get a model',
      isDone: state.hasModel,
      content: <ProviderStep />,
    },
    { title: 'Make a team and grant it a model', isDone: state.hasGrant, content: <TeamStep /> },
    {
      title: 'Make a virtual account and its token',
      isDone: state.hasToken,
      content: <TokenStep onSecret={onSecret} />,
    },
    {
      title: 'Make the first call',
      isDone: state.hasCall,
      content: <CallStep model={state.grantedModel} />,
    },
  ]
}

export function SetupGuide({ state, dismiss }: SetupGuideProps) {
  const acting = useActing()
  // Kept here and not in the step: the step goes as soon as it is done.
  const [secret, setSecret] = useState<string | null>(null)
  const all = steps(state, acting, setSecret)
  const current = all.findIndex(({ isDone }) => !isDone)
  return (
    <section className={classes.guide} aria-label="Setup guide">
      <header className={classes.header}>
        <h2 className={classes.title}>
          {current === -1 ? 'All set up' : 'From here to the first call'}
        </h2>
        <Tooltip label="Put the guide away">
          <ActionIcon aria-label="Put the guide away" onClick={dismiss}>
            <X size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </header>
      <ol className={classes.steps}>
        {all.map(({ title, isDone, content }, at) => (
          <li
            key={title}
            className={classes.step}
            data-done={isDone}
            aria-current={at === current ? 'step' : undefined}
          >
            <span className={classes.mark} aria-hidden>
              {isDone ? <Check size={13} strokeWidth={2.5} /> : at + 1}
            </span>
            <div className={classes.body}>
              <h3 className={classes.stepTitle}>{title}</h3>
              {at === current && <div className={classes.content}>{content}</div>}
            </div>
          </li>
        ))}
      </ol>
      {acting.isRoot && acting.may('account:create') && (
        <p className={classes.optional}>
          Later, if you like:{' '}
          <AppLink to={paths.accounts(acting.account)} search={{ new: 'true' }}>
            give divisions their own accounts
          </AppLink>
          , each with its own people, budget and boundary.
        </p>
      )}
      <TokenSecret secret={secret} model={state.grantedModel} close={() => setSecret(null)} />
    </section>
  )
}
