/**
 * The isolation matrix, generated from the contract: every operation × every actor who must not
 * reach it × every place where an id can stand. An operation that is added tomorrow is in here by
 * itself.
 */
import { type AnyOperation, operations } from '@commonhold/contract'
import { bodyCases } from './cases/bodies.ts'
import { about, type Case, inAccount } from './cases/case.ts'
import { listCases } from './cases/lists.ts'
import { pathCases } from './cases/paths.ts'
import { strangerCases } from './cases/strangers.ts'

export const matrix: readonly Case[] = [...strangerCases, ...pathCases, ...bodyCases, ...listCases]

/** What anybody may call: the body itself carries the proof. */
export const openOperations: readonly string[] = [
  'deployment.get',
  'invitation.accept',
  'invitation.inspect',
  'operator-session.create',
  'session.create',
  'signup.create',
]

/** @returns the operations that no rule speaks of, which there must not be. */
export function operationsWithoutRow(): string[] {
  const spoken = new Set<AnyOperation>([
    ...inAccount,
    ...about('caller'),
    ...about('permission'),
    ...about('operator'),
  ])
  const open = new Set(openOperations)
  return operations.filter((o) => !spoken.has(o) && !open.has(o.id)).map((o) => o.id)
}
