/**
 * The chain of a decision as it is drawn: stations along one line, which in the middle parts into a
 * track for each grant. A track that holds is enough; every other station has to hold.
 */
import type { Explanation } from './explain-question.ts'

export type Link = Explanation['chain'][number]

export interface Station {
  readonly key: string
  readonly link: Link
  /** The role of a grant: drawn with it, not on its own. */
  readonly role: Link | null
  /** Whether everything before it holds. */
  readonly isReached: boolean
  readonly holds: boolean
}

export interface Track {
  readonly key: string
  readonly stations: readonly Station[]
  readonly holds: boolean
}

export interface Picture {
  readonly before: readonly Station[]
  readonly tracks: readonly Track[]
  /** Whether the line goes on behind the tracks. */
  readonly tracksHold: boolean
  readonly after: readonly Station[]
}

export function pictureOf({ chain }: Pick<Explanation, 'chain'>): Picture {
  const of = (type: Link['type']) => chain.filter((link) => link.type === type)
  // Tenant and account are where it all happens; they are stations when they are why it ends.
  const ground = [...of('tenant'), ...of('account')].filter(({ holds }) => !holds)
  const first = [...ground, ...of('principal'), ...of('membership'), ...of('token')]
  const before = inLine(first, true)
  const isReached = first.every(({ holds }) => holds)
  const tracks = tracksOf(chain, isReached)
  const tracksHold = tracks.some(({ holds }) => holds)
  const end = of('resource').length > 0 ? of('resource') : of('account')
  const last = [...of('boundary'), ...of('share'), ...end]
  return { before, tracks, tracksHold, after: inLine(last, isReached && tracksHold) }
}

function inLine(links: readonly Link[], isReachedFirst: boolean): Station[] {
  let isReached = isReachedFirst
  return links.map((link, index) => {
    const station = { key: keyOf(link, index), link, role: null, isReached, holds: link.holds }
    isReached &&= link.holds
    return station
  })
}

function tracksOf(chain: readonly Link[], isReached: boolean): Track[] {
  const grants = chain.filter(({ type }) => type === 'grant')
  return grants.map((grant, index) => {
    const team = chain.find(({ type, id }) => type === 'team' && id === grant.through)
    const role = chain.find(({ type, through }) => type === 'role' && through === grant.id) ?? null
    // A grant to a team that does not count is itself as it should be: the team is what breaks it.
    const own = team && !team.holds ? { ...grant, holds: true } : grant
    const stations = inLine(team ? [team, own] : [own], isReached).map((station) =>
      station.link === own ? { ...station, role } : station,
    )
    return { key: keyOf(grant, index), stations, holds: grant.holds }
  })
}

const keyOf = ({ type, id }: Link, index: number) => `${type} ${id ?? index}`
