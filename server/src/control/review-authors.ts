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
  isActive,
  isId,
  listPermissions,
  missingByGrant,
  type Permission,
  type PermissionSet,
  type PrincipalId,
  rootAccountName,
} from '@commonhold/core'
import { type AccountRow, findAccount } from '../store/account.ts'
import { loadFactsOfMany } from '../store/facts-of-many.ts'
import type { Context } from './context.ts'

/** What was handed out, where, and by which words to remember the answer. */
export interface HandedOut {
  readonly by: string
  readonly carried: PermissionSet
  /** The same text for what would get the same answer. */
  readonly key: string
  /** Only asked where the answer is not remembered; null for the account itself. */
  readonly target: () => AccessTarget | null
}

export type AuthorState = 'none' | 'there' | 'gone'

export interface Authors {
  stateOf(handedOut: HandedOut): AuthorState
  /** What the author could not hand out now; empty also for what no person wrote. */
  missing(handedOut: HandedOut): readonly Permission[]
}

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

/** What somebody wrote is weighed by: his facts where he could have written it, and the place. */
interface Weighed {
  readonly facts: AccessFacts
  readonly target: AccessTarget
}

function authorsFrom(
  account: AccountRow,
  root: AccountRow,
  here: ReadonlyMap<PrincipalId, AccessFacts>,
  inRoot: ReadonlyMap<PrincipalId, AccessFacts>,
): Authors {
  const remembered = new Map<string, readonly Permission[]>()

  function weighed(by: PrincipalId, target: AccessTarget | null): Weighed | null {
    const own = here.get(by)
    if (own && isThere(own)) return { facts: own, target: target ?? accountTarget(account) }
    const outside = inRoot.get(by)
    if (target !== null || !outside || !isThere(outside)) return null
    return { facts: outside, target: accountTarget(root) }
  }

  return {
    stateOf: ({ by, target }) => {
      if (!isWriter(by)) return 'none'
      return weighed(by, target()) === null ? 'gone' : 'there'
    },
    missing: ({ by, carried, key, target }) => {
      if (!isWriter(by)) return []
      const known = remembered.get(`${by} ${key}`)
      if (known) return known
      const weight = weighed(by, target())
      const missing = weight
        ? missingByGrant(weight.facts, carried, weight.target)
        : listPermissions(carried)
      remembered.set(`${by} ${key}`, missing)
      return missing
    },
  }
}

export const isThere = ({ principal }: AccessFacts) => isActive(principal) && principal.isMember
