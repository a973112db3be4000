/**
 * Sharing as a small map: the tenant in the middle, the accounts around it, a line for each that
 * something is shared with. Choosing an account narrows the table below to it. The table says the
 * same in words, so the lines are decoration for whoever does not see them.
 */
import { Skeleton } from '@mantine/core'
import type { CSSProperties } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'
import { AccountMark } from '../../ui/account-mark.tsx'
import { counted } from '../../ui/format.ts'
import { useSearchState } from '../../ui/search.ts'
import classes from './share-map.module.css'

const READ_MAX = 200
const ACCOUNTS_SHOWN_MAX = 12
const LINE_PX_MIN = 1
const LINE_PX_MAX = 4

interface Place {
  id: string
  displayName: string
  shares: number
  /** Percent of the map's width and height. */
  x: number
  y: number
}

export function ShareMap() {
  const { displayName, accountId } = useActing()
  const [search, change] = useSearchState()
  const accounts = useOne('account', 'map', () => client.account.list({ limit: READ_MAX }))
  const shares = useOne('share', 'map', (account) =>
    client.share.list({ account, limit: READ_MAX }),
  )
  if (accounts.error || shares.error) return null
  if (accounts.data === undefined || shares.data === undefined) {
    return <Skeleton className={classes.map} radius="md" />
  }
  const places = placesOf(accounts.data.items, shares.data.items)
  if (places.length === 0) return null
  const more = accounts.data.items.length - 1 - places.length
  const choose = (id: string) =>
    change({ to: search.to === id ? undefined : id, cursor: undefined })
  return (
    <section className={classes.map} aria-label="Map of shares">
      <svg className={classes.lines} aria-hidden="true">
        {places.map((place) => (
          <line
            key={place.id}
            x1="50%"
            y1="50%"
            x2={`${place.x}%`}
            y2={`${place.y}%`}
            data-shared={place.shares > 0}
            data-dimmed={search.to !== undefined && search.to !== place.id}
            strokeWidth={lineWidthPx(place.shares)}
          />
        ))}
      </svg>
      <div className={classes.root}>
        <AccountMark id={accountId} displayName={displayName} />
        <span>{displayName}</span>
      </div>
      {places.map((place) => (
        <button
          key={place.id}
          type="button"
          className={classes.account}
          style={{ '--x': `${place.x}%`, '--y': `${place.y}%` } as CSSProperties}
          aria-pressed={search.to === place.id}
          onClick={() => choose(place.id)}
        >
          <AccountMark id={place.id} displayName={place.displayName} />
          <span className={classes.name}>{place.displayName}</span>
          <span className={classes.count}>
            {place.shares === 0 ? 'nothing' : counted(place.shares, 'share')}
          </span>
        </button>
      ))}
      {more > 0 && <p className={classes.more}>and {counted(more, 'more account')}</p>}
    </section>
  )
}

type Account = Awaited<ReturnType<typeof client.account.get>>
type Share = Awaited<ReturnType<typeof client.share.get>>

/** The accounts with the most shares, on an ellipse, beginning at the top. */
function placesOf(accounts: readonly Account[], shares: readonly Share[]): Place[] {
  const byAccount = new Map<string, number>()
  for (const { to } of shares) byAccount.set(to.id, (byAccount.get(to.id) ?? 0) + 1)
  const shown = accounts
    .filter((account) => !account.isRoot)
    .map(({ id, displayName, name }) => ({
      id,
      displayName: displayName || name,
      shares: byAccount.get(id) ?? 0,
    }))
    .sort((a, b) => b.shares - a.shares)
    .slice(0, ACCOUNTS_SHOWN_MAX)
  // Two accounts look better beside the middle than above and below it.
  const start = shown.length === 2 ? Math.PI : -Math.PI / 2
  return shown.map((account, index) => {
    const angle = start + (index * 2 * Math.PI) / shown.length
    return { ...account, x: 50 + 38 * Math.cos(angle), y: 50 + 37 * Math.sin(angle) }
  })
}

function lineWidthPx(shares: number): number {
  return Math.min(LINE_PX_MAX, LINE_PX_MIN + Math.log2(Math.max(1, shares)))
}
