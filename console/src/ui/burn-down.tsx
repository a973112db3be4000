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
  /** Who it was used by, where the figures are of one among several. */
  whose?: string | undefined
  /** Anything else that is to be known of this period. */
  note?: string | undefined
  /** In the unit that `format` writes. */
  settled: bigint
  held: bigint
  amount: bigint
  /** Of the period, in percent; null when it never ends. */
  passedPercent: number | null
  /** Where the calls are that it was used for. */
  spentIn?: { to: string; search: Search } | null
  format?: (value: bigint) => string
  /** What became of what is settled. */
  verb?: string
}

const money = (nanos: bigint) => moneyFromNanos(String(nanos))

export function BurnDown(props: BurnDownProps) {
  const { label, settled, held, amount, passedPercent, spentIn, format = money } = props
  const left = amount - settled - held
  const spent = `${format(settled)} ${props.verb ?? 'spent'}`
  return (
    <div className={classes.frame}>
      <div className={classes.bar}>
        <Meter label={label} amount={amount} settled={settled} held={held} format={format} />
        {passedPercent !== null && (
          <span
            className={classes.passed}
            title={`${Math.round(passedPercent)} % of the period is over`}
            style={{ '--passed': `${passedPercent}%` } as CSSProperties}
          />
        )}
      </div>
      <div className={classes.words}>
        {spentIn ? (
          <AppLink className="plain-link" {...spentIn}>
            {spent}
          </AppLink>
        ) : (
          <span>{spent}</span>
        )}
        {held > 0n && <span>{format(held)} held</span>}
        <span className={classes.left} data-over={left < 0n}>
          {left < 0n ? `${format(-left)} over` : `${format(left)} left`}
        </span>
      </div>
      {props.whose !== undefined && <div className={classes.more}>by {props.whose}</div>}
      {props.note !== undefined && <div className={classes.more}>{props.note}</div>}
    </div>
  )
}

/** How much of a period has passed, for the mark; null when it never ends. */
export function passedPercent(startsAt: string | null, resetsAt: string | null): number | null {
  if (startsAt === null || resetsAt === null) return null
  const start = Date.parse(startsAt)
  const part = (Date.now() - start) / (Date.parse(resetsAt) - start)
  return Math.min(100, Math.max(0, part * 100))
}
