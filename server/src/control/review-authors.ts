/**
 * Those who wrote what is reviewed: whether they are still there, and whether they could still write
 * it. Asked by the write rule itself (core/src/grant.ts, held-power.ts), with their facts of now.
 *
 * The first admin of an account is made from root, by somebody who never was its member: what is on
 * a whole account may have been handed out there, and is weighed by what its author holds in root.
 */
import {
  type AccessFacts,
  type AccessTarget,
  accountTarget,
  byGrantsAlone,
  isActive,
  isId,
  isSubset,
  listPermissions,
  missingPermissions,
  type Permission,
  type PermissionSet,
  type PrincipalId,
  powerOn,
  rootAccountName,
} from '@commonhold/core'
import { type AccountRow, findAccount } from '../store/account.ts'
import { loadFactsOfMany } from '../store/facts-of-many.ts'
import type { Context } from './context.ts'

/** What was handed out, by whom and where. */
export interface HandedOut {
  readonly by: string
  readonly carried: PermissionSet
  /** Null for the account itself. */
  readonly target: AccessTarget | null
}

export type AuthorState = 'none' | 'there' | 'gone'

export interface Weighed {
  readonly author: AuthorState
  /** What the author could not hand out now; empty also for what no person wrote. */
  readonly missing: readonly Permission[]
}

export type Authors = (handedOut: HandedOut) => Weighed

type Here = Pick<Context, 'tx' | 'caller' | 'account' | 'now'>

/** @param createdBy who wrote any of it, as `created_by` holds it, in any order */
export async function readAuthors(
  { tx, caller, account, now }: Here,
  createdBy: readonly string[],
): Promise<Authors> {
  const ids = [...new Set(createdBy)].filter(isWriter)
  const here = await loadFactsOfMany(tx, caller.tenant, account, ids, now)
  const outside = ids.filter((id) => here.get(id)?.principal.isMember !== true)
  const root = account.isRoot ? account : (await findAccount(tx, rootAccountName))!
  const inRoot = account.isRoot
    ? new Map<PrincipalId, AccessFacts>()
    : await loadFactsOfMany(tx, caller.tenant, root, outside, now)
  return authorsFrom(account, root, here, inRoot)
}

/** A person or a program; what the deployment itself wrote has no author who could leave. */
export const isWriter = (id: string): id is PrincipalId => isId(id, 'user', 'va')

function authorsFrom(
  account: AccountRow,
  root: AccountRow,
  here: ReadonlyMap<PrincipalId, AccessFacts>,
  inRoot: ReadonlyMap<PrincipalId, AccessFacts>,
): Authors {
  const own = authorsThere(here)
  const outside = authorsThere(inRoot)
  return ({ by, carried, target }) => {
    if (!isWriter(by)) return { author: 'none', missing: [] }
    const member = own.get(by)
    if (member) return there(member, carried, target ?? accountTarget(account))
    const fromRoot = target === null ? outside.get(by) : undefined
    if (fromRoot) return there(fromRoot, carried, accountTarget(root))
    return { author: 'gone', missing: listPermissions(carried) }
  }
}

/** As their grants alone make them, which is how what exists is weighed (held-power.ts). */
function authorsThere(facts: ReadonlyMap<PrincipalId, AccessFacts>) {
  return new Map(
    [...facts].filter(([, one]) => isThere(one)).map(([id, one]) => [id, byGrantsAlone(one)]),
  )
}

/** `missingPermissions`, after a look at all at once: most authors hold what they handed out. */
function there(facts: AccessFacts, carried: PermissionSet, target: AccessTarget): Weighed {
  const holdsAll = isSubset(carried, powerOn(facts, target))
  const missing = holdsAll ? [] : missingPermissions(facts, carried, target)
  return { author: 'there', missing }
}

export const isThere = ({ principal }: AccessFacts) => isActive(principal) && principal.isMember
