/** Losses or gains of access: one line each for what is the same for many, which unfolds to who. */
import type { AccessDifference, AccessHolder, AccessPlace } from '@commonhold/sdk'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import classes from './access-differences.module.css'
import { count, kindLabel } from './format.ts'
import { PermissionSummary } from './permission-summary.tsx'
import { Tag } from './state.tsx'

const SHOWN_MAX = 6
const HOLDERS_MAX = 10
/** So few are unfolded from the beginning. */
const OPEN_MAX = 3

interface AccessDifferencesProps {
  title: string
  tone: 'lost' | 'gained'
  differences: readonly AccessDifference[]
  /** How many there are, also those that the API did not tell. */
  total: number
}

export function AccessDifferences({ title, tone, differences, total }: AccessDifferencesProps) {
  const [isWhole, setWhole] = useState(false)
  if (differences.length === 0) return null
  const shown = isWhole ? differences : differences.slice(0, SHOWN_MAX)
  const isOpen = differences.length <= OPEN_MAX && differences.every((one) => one.count <= OPEN_MAX)
  const untold = total - differences.length
  return (
    <section className={classes.section} data-tone={tone}>
      <h3 className={classes.title}>{title}</h3>
      {shown.map((one) => (
        <Difference key={one.sentence} difference={one} tone={tone} isOpen={isOpen} />
      ))}
      {shown.length < differences.length && (
        <Button variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
          Show all {count(differences.length)}
        </Button>
      )}
      {isWhole && untold > 0 && <p className={classes.more}>and {count(untold)} more like these</p>}
    </section>
  )
}

interface DifferenceProps {
  difference: AccessDifference
  tone: 'lost' | 'gained'
  isOpen: boolean
}

function Difference({ difference, tone, isOpen }: DifferenceProps) {
  const { account, on, permissions, except, isAll, count: of, holders } = difference
  const accountText = useAccountText()
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? holders : holders.slice(0, HOLDERS_MAX)
  const unnamed = of - holders.length
  return (
    <details className={classes.difference} open={isOpen}>
      <summary>
        <span className={classes.sign} role="img" aria-label={tone}>
          {tone === 'lost' ? '−' : '+'}
        </span>
        <span className={classes.what}>
          <span className={classes.who}>{whoText(difference)}</span>
          <span className={classes.permissions}>
            <PermissionSummary permissions={permissions} withKind={on.kind === 'account'} />
          </span>
          <span className={classes.dim}>
            {on.kind === 'account' ? `in ${accountText(account)}` : `on ${placeText(on)}`}
            {isAll && tone === 'lost' && ', all that was left'}
          </span>
          {except.length > 0 && <Exceptions except={except} />}
        </span>
      </summary>
      <ul className={classes.holders}>
        {shown.map((holder) => (
          <Holder key={`${holder.id} ${holder.token?.id}`} holder={holder} isAlone={of === 1} />
        ))}
      </ul>
      {shown.length < holders.length && (
        <Button variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
          Show {count(holders.length)} of {count(of)}
        </Button>
      )}
      {unnamed > 0 && (shown.length === holders.length || holders.length === 0) && (
        <p className={classes.more}>
          {holders.length === 0 ? count(unnamed) : `and ${count(unnamed)} more`} not named here
        </p>
      )}
    </details>
  )
}

function Exceptions({ except }: Pick<AccessDifference, 'except'>) {
  return (
    <span className={classes.dim}>
      but not{' '}
      {except.map(({ on, permissions }, index) => (
        <span key={`${on.kind} ${on.id ?? index}`}>
          {index > 0 && ', '}
          <PermissionSummary permissions={permissions} /> on {placeText(on)}
        </span>
      ))}
    </span>
  )
}

/** @param isAlone its name stands in the line above */
function Holder({ holder, isAlone }: { holder: AccessHolder; isAlone: boolean }) {
  const accountText = useAccountText()
  const { name, kind, token, through, tokens } = holder
  return (
    <li>
      {!isAlone && (
        <span className={classes.name}>
          {name} {kind === 'virtual-account' && <Tag>Virtual account</Tag>}
          {token !== null && <Tag>{`Token ${token.name}`}</Tag>}
        </span>
      )}
      {through.map(({ grant, role, subject, on, state }) => (
        <span key={grant} className={classes.way}>
          {role}
          {subject.kind === 'team' && ` · team ${subject.name}`} ·{' '}
          {on.kind === 'account' ? accountText(on) : placeText(on)} <Tag>{grantStates[state]}</Tag>
        </span>
      ))}
      {tokens.map(({ id, name: called, state }) => (
        <span key={id} className={classes.way}>
          token {called} <Tag>{tokenStates[state]}</Tag>
        </span>
      ))}
    </li>
  )
}

const grantStates = {
  deleted: 'grant goes',
  cut: 'grant carries less',
  new: 'new grant',
  raised: 'grant carries more',
} as const
const tokenStates = { deleted: 'goes', cut: 'reaches less', wider: 'reaches more' } as const

/** "ben@acme.example", "12 members": names in full are one click away. */
function whoText({ count: of, holders }: AccessDifference): string {
  const [first] = holders
  if (of === 1 && first)
    return first.token ? `${first.name}, token ${first.token.name}` : first.name
  if (of === 2 && holders.length === 2) return holders.map(({ name }) => name).join(' and ')
  return first ? `${first.name} and ${count(of - 1)} others` : `${count(of)} members`
}

/** The acting account is where one is; its name is for the others. */
function useAccountText() {
  const { accountId } = useActing()
  return ({ id, name }: { id: string | null; name: string | null }) =>
    id === accountId ? 'the whole account' : (name ?? 'another account')
}

function placeText({ kind, name }: AccessPlace): string {
  if (name === null) return `a ${kindLabel(kind).toLowerCase()} that you can’t read`
  return name
}
