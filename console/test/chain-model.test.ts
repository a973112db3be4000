import { describe, expect, it } from 'vitest'
import { type Link, pictureOf, type Station } from '../src/pages/parts/chain-model.ts'

const link = (type: Link['type'], more: Partial<Link> = {}): Link => ({
  type,
  id: type,
  name: type,
  sentence: `${type}.`,
  through: null,
  holds: true,
  madeBy: null,
  madeAt: null,
  expiresAt: null,
  ...more,
})

const chain = (...links: Link[]) => ({
  chain: [link('tenant'), link('account'), link('principal'), link('membership'), ...links],
})
const end = [link('boundary'), link('resource')]
const types = (stations: readonly Station[]) => stations.map((one) => one.link.type)
const reached = (stations: readonly Station[]) => stations.map((one) => one.isReached)

describe('the picture of a chain', () => {
  it('goes from who asks to what is asked about, past a token where there is one', () => {
    const { before, after } = pictureOf(chain(link('token'), link('grant'), ...end))
    expect(types(before)).toEqual(['principal', 'membership', 'token'])
    expect(types(after)).toEqual(['boundary', 'resource'])
  })

  it('ends at the account where no resource is asked about', () => {
    expect(types(pictureOf(chain(link('grant'), link('boundary'))).after)).toEqual([
      'boundary',
      'account',
    ])
  })

  it('has a track for each grant, behind its team, with its role', () => {
    const picture = pictureOf(
      chain(
        link('team', { id: 'ops' }),
        link('grant', { id: 'g1', through: 'ops' }),
        link('role', { id: 'r1', through: 'g1' }),
        link('grant', { id: 'g2', through: 'principal' }),
        ...end,
      ),
    )
    expect(picture.tracks.map(({ stations }) => types(stations))).toEqual([
      ['team', 'grant'],
      ['grant'],
    ])
    expect(picture.tracks[0]!.stations[1]!.role?.id).toBe('r1')
    expect(picture.tracks[1]!.stations[0]!.role).toBeNull()
  })

  it('goes on where one track holds, and a suspended team breaks its own track alone', () => {
    const picture = pictureOf(
      chain(
        link('team', { id: 'ops', holds: false }),
        link('grant', { id: 'g1', through: 'ops', holds: false }),
        link('grant', { id: 'g2', through: 'principal' }),
        ...end,
      ),
    )
    expect(picture.tracks.map(({ holds }) => holds)).toEqual([false, true])
    expect(picture.tracks[0]!.stations.map(({ holds }) => holds)).toEqual([false, true])
    expect(picture.tracksHold).toBe(true)
    expect(reached(picture.after)).toEqual([true, true])
  })

  it('reaches nothing behind the first that does not hold', () => {
    const missing = pictureOf(chain(link('grant', { id: null, holds: false }), ...end))
    expect(reached(missing.after)).toEqual([false, false])
    const bounded = pictureOf(
      chain(link('grant'), link('boundary', { holds: false }), link('resource')),
    )
    expect(reached(bounded.after)).toEqual([true, false])
  })

  it('begins with tenant or account where they are why it ends', () => {
    const links = chain(link('grant'), ...end).chain.map((one) =>
      one.type === 'account' ? { ...one, holds: false } : one,
    )
    const { before } = pictureOf({ chain: links })
    expect(types(before)).toEqual(['account', 'principal', 'membership'])
    expect(reached(before)).toEqual([true, false, false])
  })
})
