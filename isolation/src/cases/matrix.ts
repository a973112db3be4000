/**
 * The isolation matrix, generated from the contract: every operation × every actor who must not
 * reach it × every place where an id can stand. An operation that is added tomorrow is in here by
 * itself; what can't be made up (a field of a body that refers to something) is named as missing.
 */
import { type AnyOperation, operations } from '@commonhold/contract'
import { bodyCases, fieldsWithoutRow } from './bodies.ts'
import type { Case } from './case.ts'
import { gatewayCases } from './gateway.ts'
import { idempotencyCases } from './idempotency.ts'
import { listCases, queriesWithoutKind } from './lists.ts'
import { about, inAccount } from './operations.ts'
import { pathCases } from './paths.ts'
import { strangerCases } from './strangers.ts'
import { unchangedCase } from './unchanged.ts'

/** The last looks for what the others may have written. */
export const matrix: readonly Case[] = [
  ...strangerCases,
  ...pathCases,
  ...listCases,
  ...bodyCases,
  ...gatewayCases,
  ...idempotencyCases,
  unchangedCase,
]

/** What anybody may call: the body itself carries the proof. */
const openOperations: ReadonlySet<string> = new Set([
  'deployment.get',
  'invitation.accept',
  'invitation.inspect',
  'operator-session.create',
  'session.create',
  'signup.create',
])

/** @returns operations, fields and parts of queries that no case speaks of. There must be none. */
export function withoutRow(): string[] {
  const spoken = new Set<AnyOperation>([
    ...inAccount,
    ...about('caller'),
    ...about('permission'),
    ...about('operator'),
  ])
  return [
    ...operations.filter((o) => !spoken.has(o) && !openOperations.has(o.id)).map((o) => o.id),
    ...fieldsWithoutRow(),
    ...queriesWithoutKind(),
  ]
}
