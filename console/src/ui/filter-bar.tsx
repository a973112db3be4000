/** Search and filters in a row, what can be done beside them; on a narrow window they share rows. */
import type { ReactNode } from 'react'
import classes from './filter-bar.module.css'

interface FilterBarProps {
  children: ReactNode
  /** At the end of the row: a button for a new one. */
  actions?: ReactNode
}

export function FilterBar({ children, actions }: FilterBarProps) {
  return (
    <div className={classes.bar}>
      <search className={classes.filters}>{children}</search>
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  )
}
