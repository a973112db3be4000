/** Reads what a dry run tells of access back into who may no longer do what, on every single resource. */
import type { AccessChange, AccessDifference } from '@commonhold/contract'
import {
  difference,
  isEmpty,
  isSubset,
  listPermissions,
  lostAsTold,
  noPermissions,
  type PermissionSet,
  type PlaceId,
  permissionSet,
  type ResourceId,
  type ToldLoss,
  union,
} from '@commonhold/core'
import type { Powers } from './losing.ts'

/** `<who> <on what>: <permissions>` for each that is not told, or told and not so. */
export interface Comparison {
  readonly wrong: string[]
  /** How many (who, resource) pairs lose something. */
  readonly pairs: number
}

/** @param told the losses of a change from `before` to `after`; or its gains, with the two swapped */
export function compare(told: AccessChange['lost'], before: Powers, after: Powers): Comparison {
  const words = wordsOf(told, before, after)
  const wrong: string[] = []
  let pairs = 0
  for (const [by, places] of before.allowed) {
    const [account, principal, token] = by.split(' ') as [string, string, string | undefined]
    const own = words.get(`${account} ${principal}`) ?? []
    const tokens = token === undefined ? [] : (words.get(by) ?? [])
    for (const [place, had] of places) {
      const lost = lostOn(by, place, had, after)
      const within = before.resources.get(place)?.within ?? []
      const at = { id: place as PlaceId, within, had }
      const said = union(lostAsTold(own, at), lostAsTold(tokens, at))
      if (!isEmpty(lost)) pairs++
      if (isSame(lost, said)) continue
      const missing = listPermissions(difference(lost, said))
      const invented = listPermissions(difference(said, lost))
      wrong.push(`${by} on ${place}: not told ${missing.join()}, untrue ${invented.join()}`)
    }
  }
  return { wrong: [...wrong, ...wronglyNamedTokens(told, before, after)], pairs }
}

const isSame = (a: PermissionSet, b: PermissionSet) => isSubset(a, b) && isSubset(b, a)

function lostOn(by: string, place: string, had: PermissionSet, after: Powers): PermissionSet {
  return difference(had, after.allowed.get(by)?.get(place) ?? noPermissions)
}

function wordsOf(
  told: readonly AccessDifference[],
  before: Powers,
  after: Powers,
): Map<string, ToldLoss[]> {
  const words = new Map<string, ToldLoss[]>()
  const claimed = new Set<string>()
  for (const one of told) {
    for (const holder of one.holders) {
      const token = holder.token === null ? [] : [holder.token.id]
      const by = [one.account.id, holder.id, ...token].join(' ')
      const find = (kind: string, wanted: PermissionSet, isLost: boolean) => {
        for (const [place, had] of before.allowed.get(by) ?? []) {
          if (before.resources.get(place)?.kind !== kind) continue
          const lost = lostOn(by, place, had, after)
          const set = isLost ? lost : difference(had, lost)
          if (claimed.has(`${by} ${place}`) || !isSubset(wanted, set)) continue
          claimed.add(`${by} ${place}`)
          return place as ResourceId
        }
        throw new Error(`nothing is like the hidden ${kind} that ${by} is said to lose`)
      }
      const placeOf = ({ kind, id }: AccessDifference['on'], set: PermissionSet, lost: boolean) =>
        (kind === 'account'
          ? 'account'
          : ((id as ResourceId | null) ?? find(kind, set, lost))) as PlaceId
      const permissions = permissionSet(one.permissions)
      const except = one.except.map((kept) => {
        const set = permissionSet(kept.permissions)
        return { on: placeOf(kept.on, set, false), permissions: set }
      })
      const said: ToldLoss = { on: placeOf(one.on, permissions, true), permissions, except }
      words.set(by, [...(words.get(by) ?? []), said])
    }
  }
  return words
}

/** A token is named just where it reaches less: by itself, or with whom it belongs to. */
function wronglyNamedTokens(
  told: readonly AccessDifference[],
  before: Powers,
  after: Powers,
): string[] {
  const named = new Set(
    told.flatMap(({ holders }) =>
      holders.flatMap(({ token, tokens }) => [
        ...(token ? [token.id] : []),
        ...tokens.map((t) => t.id),
      ]),
    ),
  )
  const wrong: string[] = []
  for (const [by, places] of before.allowed) {
    const token = by.split(' ')[2]
    if (token === undefined) continue
    const loses = [...places].some(([place, had]) => !isEmpty(lostOn(by, place, had, after)))
    if (loses !== named.has(token as never)) {
      wrong.push(`the token ${token} ${loses ? 'is not named' : 'is named for nothing'}`)
    }
  }
  return wrong
}

/** What the grants that are said to have carried a loss could carry: at least one for each permission. */
export function unexplained(told: readonly AccessDifference[]): string[] {
  return told.flatMap(({ holders, sentence }) =>
    holders.filter(({ through }) => through.length === 0).map(({ name }) => `${name}: ${sentence}`),
  )
}
