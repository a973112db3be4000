/**
 * A budget as a bar with a mark for how much of the period has passed, so that one sees whether it
 * will last; under it the same in numbers.
 */
import type { CSSProperties } from 'react'
import classes from './burn-down.module.css'
import { moneyFromNanos } from './format.ts'
import { Meter } from './meter.tsx'

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
  const { label, settledNanos, heldNanos, remainingNanos, amountNanos, passedPercent } = props
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
        <span>{moneyFromNanos(settledNanos)} spent</span>
        {BigInt(heldNanos) > 0n && <span>{moneyFromNanos(heldNanos)} held</span>}
        <span className={classes.left}>{moneyFromNanos(remainingNanos)} left</span>
      </div>
    </div>
  )
}
