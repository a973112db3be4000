/**
 * The chain of a decision, drawn as a line with stations from who asks to what is asked about. Each
 * station says who made it and when. Where the line breaks it is dashed, crossed and says so in words;
 * what lies behind is only dotted, because nothing gets there.
 */
import { Button } from '@mantine/core'
import {
  Building2,
  Check,
  DoorOpen,
  Frame,
  KeySquare,
  type LucideIcon,
  Share2,
  ShieldCheck,
  Target,
  UserRound,
  Users,
  X,
} from 'lucide-react'
import { useState } from 'react'
import { Time } from '../../ui/time.tsx'
import classes from './chain.module.css'
import { type Link, pictureOf, type Station, type Track } from './chain-model.ts'
import tracksClasses from './chain-tracks.module.css'
import { Breakable, StationName } from './explain-names.tsx'
import type { Explanation } from './explain-question.ts'

const icons: Record<Link['type'], LucideIcon> = {
  tenant: Building2,
  account: Building2,
  principal: UserRound,
  membership: DoorOpen,
  token: KeySquare,
  team: Users,
  grant: ShieldCheck,
  role: ShieldCheck,
  boundary: Frame,
  share: Share2,
  resource: Target,
}

const titles: Record<Link['type'], string> = {
  tenant: 'Tenant',
  account: 'Account',
  principal: 'Who',
  membership: 'Membership',
  token: 'Token',
  team: 'Team',
  grant: 'Grant',
  role: 'Role',
  boundary: 'Boundary',
  share: 'Share',
  resource: 'What',
}

/** How the link came to be what it is, before the name of who did it. */
const verbs: Record<Link['type'], string> = {
  tenant: 'made',
  account: 'made',
  principal: 'made',
  membership: 'brought in',
  token: 'made',
  team: 'added',
  grant: 'granted',
  role: 'last edited',
  boundary: 'set',
  share: 'shared',
  resource: 'made',
}

/** Where the station says it all by its name, a sentence would only say it again. */
const SPEAKING_FOR_THEMSELVES: readonly Link['type'][] = [
  'principal',
  'membership',
  'team',
  'grant',
  'resource',
]

const TRACKS_SHOWN_MAX = 3

export function Chain({ told }: { told: Explanation }) {
  const { before, tracks, tracksHold, after } = pictureOf(told)
  const [showsAll, setShowsAll] = useState(false)
  const shown = showsAll ? tracks : tracks.slice(0, TRACKS_SHOWN_MAX)
  const hidden = tracks.length - shown.length
  const isReached = before.every(({ holds, isReached: reached }) => holds && reached)
  return (
    <>
      <ol className={classes.chain} aria-label="The chain of this decision">
        {before.map((station, index) => (
          <StationItem key={station.key} station={station} isFirst={index === 0} />
        ))}
        <li
          className={tracksClasses.tracks}
          data-line={isReached ? (tracksHold ? 'live' : 'broken') : 'dead'}
        >
          <ol className={tracksClasses.trackList} aria-label="Any of these is enough">
            {shown.map((track) => (
              <TrackItem key={track.key} track={track} isReached={isReached} />
            ))}
          </ol>
        </li>
        {after.map((station, index) => (
          <StationItem
            key={station.key}
            station={station}
            isLast={index === after.length - 1}
            isAllowed={told.allowed}
          />
        ))}
      </ol>
      {(hidden > 0 || told.moreGrants > 0) && (
        <div className={classes.more}>
          {hidden > 0 && (
            <Button variant="subtle" size="compact-sm" onClick={() => setShowsAll(true)}>
              Show {hidden} more {hidden === 1 ? 'grant' : 'grants'}
            </Button>
          )}
          {told.moreGrants > 0 && <span>and {told.moreGrants} grants that are not drawn</span>}
        </div>
      )}
    </>
  )
}

function TrackItem({ track, isReached }: { track: Track; isReached: boolean }) {
  const line = !isReached ? 'dead' : track.holds ? 'live' : 'broken'
  return (
    <li className={tracksClasses.track} data-line={line}>
      <span className={tracksClasses.fork} aria-hidden />
      <ol className={tracksClasses.trackStations}>
        {track.stations.map((station, index) => (
          <StationItem
            key={station.key}
            station={station}
            place={placeOf(index, track.stations.length)}
          />
        ))}
      </ol>
      <span className={tracksClasses.join} aria-hidden />
    </li>
  )
}

const placeOf = (index: number, count: number) =>
  [index === 0 && 'first', index === count - 1 && 'last'].filter(Boolean).join(' ')

interface StationItemProps {
  station: Station
  /** Where in its track it stands: `first`, `last`, both. */
  place?: string
  isFirst?: boolean
  isLast?: boolean
  isAllowed?: boolean
}

function StationItem(props: StationItemProps) {
  const { station, place, isFirst = false, isLast = false, isAllowed } = props
  const { link, role, isReached, holds } = station
  const Icon = icons[link.type]
  const state = !isReached ? 'beyond' : holds ? 'holds' : 'breaks'
  const isGoal = isLast && isAllowed !== undefined
  return (
    <li
      className={classes.station}
      data-state={state}
      data-first={isFirst}
      data-last={isLast}
      data-place={place}
      data-goal={isGoal ? (isAllowed ? 'reached' : 'missed') : undefined}
    >
      <span className={classes.badge}>
        <Icon size={17} strokeWidth={1.75} aria-hidden />
        {!(isGoal && !isAllowed) && <Mark state={state} holds={holds} />}
      </span>
      <div className={classes.caption}>
        <div className={classes.kind}>{titles[link.type]}</div>
        <div className={classes.name}>
          <StationName link={link} />
        </div>
        {state === 'breaks' && <div className={classes.broken}>Breaks here</div>}
        {(!holds || !SPEAKING_FOR_THEMSELVES.includes(link.type)) && (
          <div className={classes.sentence}>{link.sentence}</div>
        )}
        <Made link={link} />
        {link.type === 'grant' && link.expiresAt !== null && (
          <div className={classes.until}>
            until <Time at={link.expiresAt} as="day" />
          </div>
        )}
        {role !== null && (
          <>
            <div className={classes.sentence}>{role.sentence}</div>
            <Made link={role} />
          </>
        )}
      </div>
    </li>
  )
}

/** A tick or a cross beside the icon: the colour is not alone in saying it. */
function Mark({ state, holds }: { state: 'beyond' | 'holds' | 'breaks'; holds: boolean }) {
  const Sign = holds ? Check : X
  const label = holds ? 'holds' : 'does not hold'
  return (
    <span className={classes.mark} data-holds={holds} data-state={state}>
      <Sign size={10} strokeWidth={3} role="img" aria-label={label} />
    </span>
  )
}

function Made({ link }: { link: Link }) {
  const { type, holds, id, madeBy, madeAt } = link
  if (madeAt === null) return null
  const ended = (type === 'principal' || type === 'team') && !holds && id !== null
  return (
    <div className={classes.made}>
      {madeBy !== null && (
        <span className={classes.by} title={madeBy.name}>
          {ended ? 'suspended' : verbs[type]} by <Breakable text={madeBy.name} />
        </span>
      )}
      <Time at={madeAt} as="day" />
    </div>
  )
}
