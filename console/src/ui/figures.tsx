/** A few numbers that matter, in one line with what they are; no boxes around them. */
import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './figures.module.css'

export interface Figure {
  label: string
  /** Undefined while it loads. */
  value: ReactNode | undefined
  note?: ReactNode
}

export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className={classes.figures}>
      {figures.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={classes.value}>
            {value === undefined ? <Skeleton height={20} width={72} my={4} /> : value}
          </dd>
          {note !== undefined && <dd className={classes.note}>{note}</dd>}
        </div>
      ))}
    </dl>
  )
}
