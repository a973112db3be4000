/**
 * Commonhold's `decide`, as the gateway asks it: facts of the caller's token and the target of the model
 * come from the tenant's snapshot, as they do when a call has been authenticated and its model found.
 */
import {
  type AccessFacts,
  type AccessTarget,
  type AccountId,
  type PermissionBit,
  permissionBit,
  VerdictMemo,
} from '@commonhold/core'
import { createVault } from '../../server/src/crypto/envelope.ts'
import { TenantSnapshot } from '../../server/src/gateway/snapshot/tenant-snapshot.ts'
import type { SnapshotRows } from '../../server/src/store/snapshot-rows.ts'
import type { Decider } from './decider.ts'
import { rowsOf, tokenOf } from './rows.ts'
import type { Question } from './world.ts'

/** As the gateway's own. */
const verdicts = new VerdictMemo(16)
const vault = createVault(Buffer.alloc(32, 7))

export const commonhold: Decider = {
  name: 'Commonhold decide()',
  load: async (world, questions) => {
    const prepared = prepare(snapshotOf(rowsOf(world, 'tnt_bench')), questions)
    return (index) => ask(prepared[index]!)
  },
}

export function snapshotOf(rows: SnapshotRows): TenantSnapshot {
  return new TenantSnapshot(rows, vault, (error) => {
    throw error
  })
}

/** What a gateway has in its hands when it asks. */
export interface Prepared {
  readonly facts: AccessFacts
  readonly permission: PermissionBit
  readonly target: AccessTarget
}

export function prepare(snapshot: TenantSnapshot, questions: readonly Question[]): Prepared[] {
  return questions.map(({ user, permission, resource }) => ({
    facts: snapshot.factsOf(snapshot.tokens.get(tokenOf(user))!, Date.now())!,
    permission: permissionBit(permission),
    target: snapshot.catalogue.find('acct_none' as AccountId, resource.id)!.target,
  }))
}

export function ask({ facts, permission, target }: Prepared): boolean {
  return verdicts.decide(facts, permission, target) === 'allowed'
}
