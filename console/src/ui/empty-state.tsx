/** When there is nothing to show: because nothing exists yet, nothing matches, or something failed. */
import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { isStatus, sentence } from '../api/sentence.ts'
import classes from './empty-state.module.css'

interface EmptyStateProps {
  title: string
  children?: ReactNode
  action?: ReactNode
}

export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <h2 className={classes.title}>{title}</h2>
      {children && <p className={classes.text}>{children}</p>}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  )
}

export function NothingFound({ clear }: { clear: () => void }) {
  return (
    <EmptyState title="Nothing matches" action={<Button onClick={clear}>Clear the search</Button>}>
      No entry fits what you searched and filtered for.
    </EmptyState>
  )
}

interface ErrorStateProps {
  error: unknown
  retry?: () => unknown
}

export function ErrorState({ error, retry }: ErrorStateProps) {
  const mayChange = !isStatus(error, 404) && !isStatus(error, 403)
  const title = isStatus(error, 404)
    ? 'Nothing here'
    : isStatus(error, 403)
      ? 'You may not see this'
      : 'This could not be loaded'
  return (
    <div role="alert">
      <EmptyState
        title={title}
        action={retry && mayChange && <Button onClick={() => void retry()}>Try again</Button>}
      >
        {sentence(error)}
      </EmptyState>
    </div>
  )
}
