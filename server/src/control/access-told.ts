/**
 * Who loses and gains what, as the API tells it (contract/src/dry-run.ts): with names, as far as the
 * author of the change may read them, and cut to what can be read, with exact numbers beside.
 */
import {
  type AccessHolder,
  type AccessPlace,
  type AccessDifference as DifferenceTold,
  differencesToldMax,
  namedMax,
  namedPerDifferenceMax,
} from '@commonhold/contract'
import {
  allPermissions,
  intersection,
  isEmpty,
  isId,
  listPermissions,
  type ObjectKey,
  type PlaceId,
  type ResourceId,
} from '@commonhold/core'
import type { PowerGrant } from '../store/power-rows.ts'
import {
  type AccessDifference,
  type Bearer,
  carriersOf,
  type SameDifference,
  type Sides,
} from './access-difference.ts'
import { accessSentence } from './access-sentence.ts'
import type { Disclosure } from './disclosure.ts'
import { type Powers, seatKey } from './powers.ts'

export interface AccessTold {
  readonly lost: DifferenceTold[]
  readonly gained: DifferenceTold[]
  readonly total: { losers: number; gainers: number; lost: number; gained: number }
}

export function tellAccess(
  { lost, gained }: AccessDifference,
  before: Powers,
  after: Powers,
  discloses: Disclosure,
): AccessTold {
  return {
    lost: tellAll(lost, { from: before, to: after, isLoss: true, discloses }),
    gained: tellAll(gained, { from: after, to: before, isLoss: false, discloses }),
    total: {
      losers: countSeats(lost),
      gainers: countSeats(gained),
      lost: lost.length,
      gained: gained.length,
    },
  }
}

/** People and programs, each once per account, however much they lose. */
function countSeats(differences: readonly SameDifference[]): number {
  return new Set(differences.flatMap(({ bearers }) => bearers.map(({ seat }) => seatKey(seat))))
    .size
}

/** A gain is told as what would be lost the other way round. */
interface Telling extends Sides {
  readonly isLoss: boolean
  readonly discloses: Disclosure
}

function tellAll(differences: readonly SameDifference[], telling: Telling): DifferenceTold[] {
  let left = namedMax
  return differences.slice(0, differencesToldMax).map((one) => {
    const told = tellOne(one, telling, Math.min(left, namedPerDifferenceMax))
    left -= told.holders.length
    return told
  })
}

function tellOne(one: SameDifference, telling: Telling, namesMax: number): DifferenceTold {
  const { accountId, on, permissions, except, isAll, bearers } = one
  const account = { id: accountId, name: telling.from.accounts.get(accountId)?.name ?? '' }
  const told = {
    account,
    on: placeTold(one, on, telling),
    permissions: listPermissions(permissions),
    except: except.map((kept) => ({
      on: placeTold(one, kept.on, telling),
      permissions: listPermissions(kept.permissions),
    })),
    isAll: isAll && telling.discloses.members(accountId),
    count: bearers.length,
    holders: bearers
      .filter(({ seat, token }) => {
        const { kind } = telling.from.principals.get(seat.principalId)!
        const { principalId } = seat
        if (token && !telling.discloses.tokens(accountId, principalId)) return false
        return telling.discloses.holder(accountId, principalId, kind)
      })
      .slice(0, namesMax)
      .map((bearer) => holderTold(one, bearer, telling)),
  }
  return { ...told, sentence: accessSentence(told, telling.isLoss) }
}

function placeTold(
  { accountId }: SameDifference,
  on: PlaceId | ObjectKey,
  { from, to, discloses }: Telling,
): AccessPlace {
  if (on === 'account') {
    return { kind: 'account', id: accountId, name: from.accounts.get(accountId)?.name ?? null }
  }
  if (on.startsWith('kind:')) {
    const kind = on.slice('kind:'.length)
    return { kind, id: null, name: `every ${kind.replaceAll('-', ' ')}` }
  }
  const id = on as ResourceId
  const powers = from.resources.has(id) ? from : to
  const { kind } = powers.resources.get(id)!
  const shown = discloses.resource(powers, id)
  return { kind, id: shown?.id ?? null, name: shown?.name ?? null }
}

function holderTold(one: SameDifference, { seat, token }: Bearer, telling: Telling): AccessHolder {
  const { from, to, isLoss, discloses } = telling
  const { accountId, principalId } = seat
  const { kind, name } = from.principals.get(principalId)!
  const through = discloses.grants(accountId) ? carriersOf(from, seat, one) : []
  const tokens = discloses.tokens(accountId, principalId) ? from.tokensOf(seat) : []
  return {
    kind,
    id: principalId,
    name,
    token: token && { id: token.id, name: token.name },
    through: through.map((grant) => ({
      grant: grant.id,
      role: grant.role.name,
      subject: subjectOf(grant, from),
      on: placeTold(one, grant.object, telling),
      state: stateOf(to.grantIds.has(grant.id), isLoss, ['deleted', 'cut'], ['new', 'raised']),
    })),
    tokens:
      token === null
        ? tokens
            .filter(
              ({ scopes }) => !isEmpty(intersection(scopes ?? allPermissions, one.permissions)),
            )
            .map(({ id, name: called }) => ({
              id,
              name: called,
              state: stateOf(to.tokens.has(id), isLoss, ['deleted', 'cut'], ['wider', 'wider']),
            }))
        : [],
  }
}

/** Whether it is there on the other side, and which of the two is the later one. */
function stateOf<L, G>(
  isOnOther: boolean,
  isLoss: boolean,
  [goes, stays]: readonly [L, L],
  [comes, was]: readonly [G, G],
): L | G {
  if (isLoss) return isOnOther ? stays : goes
  return isOnOther ? was : comes
}

function subjectOf(
  { subjectId }: PowerGrant,
  powers: Powers,
): AccessHolder['through'][number]['subject'] {
  if (isId(subjectId, 'team')) {
    return { kind: 'team', name: powers.teams.get(subjectId)?.name ?? '' }
  }
  const { kind, name } = powers.principals.get(subjectId)!
  return { kind, name }
}
