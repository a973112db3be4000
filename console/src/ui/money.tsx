/** An amount of money: short on the page, exact to the nano-dollar on hover. */
import { Tooltip } from '@mantine/core'
import { exactUsdFromNanos, moneyFromNanos } from './format.ts'

export function Money({ nanos }: { nanos: string }) {
  return (
    <Tooltip label={exactUsdFromNanos(nanos)}>
      <span className="figures">{moneyFromNanos(nanos)}</span>
    </Tooltip>
  )
}
