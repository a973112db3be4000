/**
 * A small square in the quiet colour of an account. The hue comes from the account's id, so that it
 * is the same for everybody and stays when the account is renamed.
 */
import type { CSSProperties } from 'react'
import classes from './account-mark.module.css'

const HUES = [200, 150, 265, 30, 330, 100, 235, 60, 175, 0]

interface AccountMarkProps {
  id: string
  displayName: string
}

export function AccountMark({ id, displayName }: AccountMarkProps) {
  return (
    <span className={classes.mark} style={{ '--hue': hueOf(id) } as CSSProperties} aria-hidden>
      {displayName.trim().charAt(0).toUpperCase()}
    </span>
  )
}

function hueOf(id: string): number {
  let sum = 0
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9_973
  return HUES[sum % HUES.length]!
}
