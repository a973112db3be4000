/**
 * A budget as a bar with a mark for how much of the period has passed, so that one sees whether it
 * will last; under it the same in numbers.
 */
import type { CSSProperties } from 'react'
import classes from './burn-down.module.css'
import { moneyFromNanos } from './format.ts'
import { AppLink } from './link.tsx'
import { Meter } from './meter.tsx'
import type { Search } from './search.ts'

interface BurnDownProps {
  label: string
  /** Who it was spent by, where the figures are of one among several. */
  whose?: string | undefined
  /** Anything else that is to be known of this period. */
  note?: string | undefined
  settledNanos: string
  heldNanos: string
  remainingNanos: string
  amountNanos: string
  /** Of the period, in percent; null when it never ends. */
  passedPercent: number | null
  /** Where the calls are that it was spent on. */
  spentIn: { to: string; search: Search } | null
}

export function BurnDown(props: BurnDownProps) {
  const { label, settledNanos, heldNanos, amountNanos, passedPercent, spentIn } = props
  const over = BigInt(settledNanos) + BigInt(heldNanos) - BigInt(amountNanos)
  const spent = `${moneyFromNanos(settledNanos)} spent`
  return (
    <div className={classes.frame}>
      <div className={classes.bar}>
        <Meter
          label={label}
          amountNanos={amountNanos}
          settledNanos={settledNanos}
          heldNanos={heldNanos}
        />
        {passedPercent !== null && (
          <span
            className={classes.passed}
            title={`${Math.round(passedPercent)} % of the period is over`}
            style={{ '--passed': `${passedPercent}%` } as CSSProperties}
          />
        )}
      </div>
      <div className={classes.words}>
        {props.whose !== undefined && <span>{props.whose}:</span>}
        {spentIn === null ? (
          <span>{spent}</span>
        ) : (
          <AppLink className="plain-link" {...spentIn}>
            {spent}
          </AppLink>
        )}
        {BigInt(heldNanos) > 0n && <span>{moneyFromNanos(heldNanos)} held</span>}
        {props.note !== undefined && <span>{props.note}</span>}
        <span className={classes.left} data-over={over > 0n}>
          {over > 0n
            ? `${moneyFromNanos(over.toString())} over`
            : `${moneyFromNanos(props.remainingNanos)} left`}
        </span>
      </div>
    </div>
  )
}
