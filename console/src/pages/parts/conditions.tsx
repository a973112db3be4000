/** The conditions of the access rule, each with its answer, in the order of the rule. */
import { Check, X } from 'lucide-react'
import { kindLabel } from '../../ui/format.ts'
import classes from './conditions.module.css'
import type { Explanation } from './explain-question.ts'

export function Conditions({ told }: { told: Explanation }) {
  const reason = told.conditions.find((one) => !one.holds)
  return (
    <ol className={classes.list}>
      {told.conditions.map((one) => (
        <li key={one.condition} className={classes.item} data-reason={one === reason}>
          {one.holds ? (
            <Check size={15} className={classes.yes} role="img" aria-label="Holds" />
          ) : (
            <X size={15} className={classes.no} role="img" aria-label="Does not hold" />
          )}
          <span className={classes.name}>{kindLabel(one.condition)}</span>
          <span className={classes.sentence}>{one.sentence}</span>
        </li>
      ))}
    </ol>
  )
}
