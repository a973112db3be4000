/**
 * A budget as a bar: settled, held for calls in flight, remaining; and a mark for how much of the
 * period has passed, so that one sees whether it will last. In words beside it.
 */
import { Tooltip } from '@mantine/core'
import type { CSSProperties } from 'react'
import classes from './burn-down.module.css'
import { moneyFromNanos, percent } from './format.ts'

interface BurnDownProps {
  label: string
  settledNanos: string
  heldNanos: string
  remainingNanos: string
  amountNanos: string
  /** Of the period, in percent; null when it never ends. */
  passedPercent: number | null
}

export function BurnDown(props: BurnDownProps) {
  const { label, passedPercent } = props
  const settled = BigInt(props.settledNanos)
  const held = BigInt(props.heldNanos)
  const amount = BigInt(props.amountNanos)
  const settledPercent = Math.min(100, percent(settled, amount))
  const heldPercent = Math.min(100 - settledPercent, percent(held, amount))
  const spent = moneyFromNanos(props.settledNanos)
  const left = moneyFromNanos(props.remainingNanos)
  const words = [
    `${spent} spent`,
    ...(held > 0n ? [`${moneyFromNanos(props.heldNanos)} held`] : []),
    `${left} left`,
  ]
  const passed =
    passedPercent === null ? '' : `, ${Math.round(passedPercent)} % of the time is over`
  return (
    <div className={classes.frame}>
      <Tooltip label={`${words.join(' · ')}${passed}`} multiline>
        <div
          className={classes.track}
          role="img"
          aria-label={`${label}: ${words.join(', ')}${passed}`}
          data-used-up={settled + held >= amount}
          style={
            {
              '--settled': `${settledPercent}%`,
              '--held': `${heldPercent}%`,
              '--passed': `${passedPercent ?? 0}%`,
            } as CSSProperties
          }
        >
          <span className={classes.settled} />
          <span className={classes.held} />
          {passedPercent !== null && <span className={classes.passed} />}
        </div>
      </Tooltip>
      <div className={classes.words}>
        {words.map((word) => (
          <span key={word}>{word}</span>
        ))}
      </div>
    </div>
  )
}
