/** What the fields of an account may say. */
import { Refusal } from '@commonhold/contract'
import {
  boundaryPresets,
  listPermissions,
  type PeriodKind,
  type Permission,
  type PermissionSet,
  parseUsd,
  permissionSet,
} from '@commonhold/core'
import type { Allotted } from '../store/allotted-budget.ts'
import { invalidInput } from './invalid-input.ts'

/** Words that mean something in paths and pages, or that pretend to be somebody. */
const reservedNames = new Set(
  `root me new self operator admin system tenant tenants account accounts commonhold api all none
  everyone public internal signup accept sign-in assets docs scim sso`.split(/\s+/),
)

/** @throws refused_by_rule */
export function assertFreeAccountName(name: string): void {
  if (!reservedNames.has(name)) return
  throw new Refusal('refused_by_rule', `"${name}" is reserved. Choose another name.`, {
    errors: [{ pointer: '/name', rule: 'reserved', message: 'is reserved' }],
  })
}

export function boundaryOf(
  given: keyof typeof boundaryPresets | readonly Permission[],
): PermissionSet {
  return typeof given === 'string' ? boundaryPresets[given] : permissionSet(given)
}

interface BudgetInput {
  readonly amountUsd: string
  readonly period: PeriodKind
  readonly timeZone: string
}

/** @throws invalid_input */
export function allottedOf<N extends null | undefined>(given: BudgetInput | N): Allotted | N {
  if (given === null || given === undefined) return given as N
  const { amountUsd, period, timeZone } = given
  const parsed = parseUsd(amountUsd)
  if (!parsed.ok) throw invalidInput('/budget/amountUsd', 'amount', parsed.reason)
  return { amountNanos: parsed.nanos, period, timeZone }
}

export function sameBoundary(a: PermissionSet, b: PermissionSet): boolean {
  return listPermissions(a).join() === listPermissions(b).join()
}

type Json = Record<string, unknown>

/** JSON merge patch (RFC 7396): null takes a field away, an object is merged into. */
export function mergePatch(before: Json, patch: Json): Json {
  const merged: Json = { ...before }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else if (isObject(value))
      merged[key] = mergePatch(isObject(merged[key]) ? merged[key] : {}, value)
    else merged[key] = value
  }
  return merged
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
