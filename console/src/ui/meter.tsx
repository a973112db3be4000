/**
 * A budget or usage limit as a bar: what is settled, what is held for calls in flight, what remains. The numbers
 * stand beside it, so that the colours say nothing that the text does not.
 */
import { moneyFromNanos, percent } from './format.ts'
import classes from './meter.module.css'

interface MeterProps {
  label: string
  /** In the unit that `format` writes. */
  amount: bigint
  settled: bigint
  held: bigint
  format?: (value: bigint) => string
}

const money = (nanos: bigint) => moneyFromNanos(String(nanos))

const NEARLY_PERCENT = 85

export function Meter({ label, format = money, ...fill }: MeterProps) {
  const settled = Math.min(100, percent(fill.settled, fill.amount))
  const held = Math.min(100 - settled, percent(fill.held, fill.amount))
  const text = `${format(fill.settled)} settled and ${format(fill.held)} held of ${format(fill.amount)}`
  return (
    <div
      className={classes.meter}
      role="img"
      aria-label={`${label}: ${text}`}
      title={text}
      data-nearly={settled + held >= NEARLY_PERCENT}
    >
      <span className={classes.settled} style={{ width: `${settled}%` }} />
      <span className={classes.held} style={{ width: `${held}%` }} />
    </div>
  )
}
