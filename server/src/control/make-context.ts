/** Puts together what an operation gets, with the questions that it may ask of the access rule. */
import { Refusal } from '@commonhold/contract'
import {
  type AccessFacts,
  accountTarget,
  decide,
  missingPermissions,
  permissionBit,
} from '@commonhold/core'
import type { AccountRow } from '../store/account.ts'
import type { Caller } from '../store/caller.ts'
import type { Tx } from '../store/database.ts'
import type { Call } from './call.ts'
import type { Context } from './context.ts'
import { refusalFor } from './refusal-sentences.ts'
import type { Services } from './services.ts'

interface Parts {
  readonly tx: Tx
  readonly services: Services
  readonly call: Call
  readonly caller: Caller
  readonly account: AccountRow
  readonly facts: AccessFacts
  readonly now: Date
}

export function makeContext(parts: Parts): Context {
  const { call, caller, account, facts } = parts
  const here = accountTarget(account)
  return {
    ...parts,
    operation: call.operation,
    params: call.params as never,
    query: call.query as never,
    body: call.body as never,
    tenantId: caller.tenant.id,
    object: null,
    can: (permission, target = here) =>
      decide(facts, permissionBit(permission), target) === 'allowed',
    require(permission, target, what) {
      const verdict = decide(facts, permissionBit(permission), target)
      if (verdict !== 'allowed') throw refusalFor(verdict, permission, what)
    },
    requireHolds(carried, target) {
      const missing = missingPermissions(facts, carried, target)
      if (missing.length > 0) throw handsOutTooMuch(missing)
    },
    checkRevision: (revision) => checkRevision(call.ifMatch, revision),
    audit: refuseOutsideMutation,
    loses: refuseOutsideMutation,
    touches: refuseOutsideMutation,
    setCookie: refuseOutsideMutation,
  }
}

export function handsOutTooMuch(missing: readonly string[]): Refusal {
  return new Refusal(
    'hands_out_more_than_held',
    `You do not hold ${missing.join(', ')} here, so you can’t hand it out or take it away.`,
    { missingPermissions: missing },
  )
}

/** If-Match per RFC 9110: `*`, or a list of entity tags, one of which has to be the revision. */
function checkRevision(ifMatch: string | null, revision: number): void {
  if (ifMatch === null || ifMatch.trim() === '*') return
  const tags = ifMatch.split(',').map((tag) => tag.trim())
  if (!tags.includes(`"${revision}"`)) {
    throw new Refusal(
      'revision_mismatch',
      `It is at revision ${revision} now. Read it again, and decide again.`,
    )
  }
}

function refuseOutsideMutation(): never {
  throw new Error('an operation that reads can’t change anything')
}
