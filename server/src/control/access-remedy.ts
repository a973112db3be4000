/**
 * What would turn a refusal: the minimal sets of core/src/remedy.ts, each change with the call that
 * makes it and who could send that now. Of several ways the one that hands out the least comes first.
 */
import { type AccessRemedyChange, remediesToldMax } from '@commonhold/contract'
import {
  type Change,
  keyOf,
  noPermissions,
  permissionSet,
  prefixOf,
  type ResourceId,
  remediesFor,
  resourceKinds,
} from '@commonhold/core'
import { carryingTeams } from '../store/access-remedy.ts'
import { type Described, describe } from './access-changes.ts'
import { type Assumed, createScales, type Makers } from './access-makers.ts'
import type { Context } from './context.ts'
import type { Answered } from './explain-sentences.ts'

/** So many teams that carry the permission are considered, those of the principal first. */
export const teamsConsideredMax = 20

type Asking = Pick<Context, 'tx' | 'account' | 'caller' | 'facts' | 'now' | 'can'>

export async function remediesOf(
  c: Asking,
  answered: Answered,
): Promise<{ changes: AccessRemedyChange[] }[]> {
  if (answered.verdict === 'allowed') return []
  const { permission, target, facts } = answered
  const deed = { accountId: c.account.id, permission, path: target.path, now: c.now }
  const teams = await carryingTeams(c.tx, deed, answered.principal.id, teamsConsideredMax)
  const carried = { everywhere: permissionSet([permission.permission]), on: new Map() }
  const sets = remediesFor(facts, permission, target, {
    teams: teams.map((team) => ({ ...team, held: carried })),
    shareable: shareableOn(answered),
  })
  const known = new Map<string, Described>()
  for (const change of sets.flat()) {
    const key = keyOf(change)
    if (!known.has(key)) known.set(key, await describe({ c, answered, teams }, change))
  }
  const chosen = lightest(sets, known)
  const weigh = await createScales(c)
  const told: { changes: AccessRemedyChange[] }[] = []
  for (const set of chosen) {
    const assumed = assumedBy(set, answered)
    const changes: AccessRemedyChange[] = []
    for (const { change, demand, sentence, operation } of stepsOf(set, known)) {
      const makers: Makers = 'gates' in demand ? await weigh(demand, assumed) : demand
      const { byCaller, ...who } = makers
      changes.push({ change, sentence, operation, who, byCaller })
    }
    told.push({ changes })
  }
  return told
}

/** Each change, with what has to be made first for it. */
function stepsOf(set: readonly Change[], known: ReadonlyMap<string, Described>) {
  return set.flatMap((change) => {
    const described = known.get(keyOf(change))!
    const step = { ...described, change: change.change }
    return described.first === undefined
      ? [step]
      : [{ ...described.first, change: 'make-role' as const }, step]
  })
}

/** Boundary and shares as the set leaves them: the grants in it are made after that. */
function assumedBy(set: readonly Change[], { permission }: Answered): Assumed {
  const asked = permissionSet([permission.permission])
  const widens = set.some(({ change }) => change === 'widen-boundary')
  const shared = set.flatMap((change) => ('resource' in change ? [change.resource] : []))
  return {
    boundary: widens ? asked : noPermissions,
    shares: new Map(shared.map((id) => [id, asked])),
  }
}

/** The fewest changes first; among as many, those that hand out the least. */
function lightest(
  sets: readonly (readonly Change[])[],
  known: ReadonlyMap<string, Described>,
): readonly (readonly Change[])[] {
  const weight = (set: readonly Change[]) =>
    set.reduce((sum, change) => sum + known.get(keyOf(change))!.weight, 0)
  return [...sets]
    .sort((a, b) => a.length - b.length || weight(a) - weight(b))
    .slice(0, remediesToldMax)
}

/**
 * What root may share anew: the thing itself, because what it is in would hand out more. Nothing is
 * shared with root itself.
 */
function shareableOn({ target, account }: Answered): ReadonlySet<ResourceId> {
  const [id] = target.path
  const kind = id && resourceKinds.find(({ idPrefix }) => idPrefix === prefixOf(id))
  return new Set(id && kind?.shareable && !account.isRoot ? [id] : [])
}
