/**
 * A budget as a bar: what is settled, what is held for calls in flight, what remains. The numbers
 * stand beside it, so that the colours say nothing that the text does not.
 */
import { moneyFromNanos, percent } from './format.ts'
import classes from './meter.module.css'

interface MeterProps {
  label: string
  amountNanos: string
  settledNanos: string
  heldNanos: string
}

const NEARLY_PERCENT = 85

export function Meter({ label, amountNanos, settledNanos, heldNanos }: MeterProps) {
  const amount = BigInt(amountNanos)
  const settled = Math.min(100, percent(BigInt(settledNanos), amount))
  const held = Math.min(100 - settled, percent(BigInt(heldNanos), amount))
  const text = `${moneyFromNanos(settledNanos)} settled and ${moneyFromNanos(heldNanos)} held of ${moneyFromNanos(amountNanos)}`
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
