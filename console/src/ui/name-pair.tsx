/** What people call a thing, and beside it, quieter, what code calls it when that differs. */
import classes from './name-pair.module.css'

interface NamePairProps {
  of: { name: string; displayName: string }
}

export function NamePair({ of: { name, displayName } }: NamePairProps) {
  const isSame = displayName === name || displayName === ''
  return (
    <span className={classes.pair}>
      <span>{isSame ? name : displayName}</span>
      {!isSame && <span className={classes.name}>{name}</span>}
    </span>
  )
}
