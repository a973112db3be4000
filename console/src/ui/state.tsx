/** A state as a dot and a word: the word carries the meaning, the colour helps. */
import classes from './state.module.css'

const tones: Record<string, 'ok' | 'warn' | 'bad' | 'off'> = {
  active: 'ok',
  ok: 'ok',
  delivered: 'ok',
  open: 'ok',
  closed: 'off',
  invited: 'warn',
  suspended: 'warn',
  cancelled: 'warn',
  unknown: 'warn',
  trying: 'warn',
  refused: 'warn',
  deactivated: 'off',
  deleted: 'off',
  expired: 'off',
  error: 'bad',
  failed: 'bad',
}

export function State({ state, label }: { state: string; label?: string }) {
  return (
    <span className={classes.state}>
      <span className={classes.dot} data-tone={tones[state] ?? 'off'} aria-hidden />
      {label ?? state}
    </span>
  )
}

export function Tag({ children }: { children: string }) {
  return <span className={classes.tag}>{children}</span>
}
