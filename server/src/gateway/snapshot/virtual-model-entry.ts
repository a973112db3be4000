/**
 * What the row of a virtual model is in the catalogue. What its spec does not say is as it was before it could
 * be said; what it says in a way that this version does not know is taken as not said.
 */
import { type FallbackOn, type Id, retriesMax } from '@commonhold/core'
import { type EntryContext, type ResourceRow, targetOf } from './catalogue-entry.ts'
import type { Overrides, VirtualModelEntry, VirtualTarget } from './entries.ts'

const strategies = ['priority', 'weighted', 'latency'] as const
const stickiness = ['off', 'key', 'principal'] as const

type Fields = Readonly<Record<string, unknown>>

export function virtualModelEntry(row: ResourceRow, context: EntryContext): VirtualModelEntry {
  const { strategy, sticky, retries, fallbackOn, timeLimitSeconds, targets } = row.spec
  const list = Array.isArray(targets) ? (targets as Fields[]) : []
  return {
    type: 'virtual-model',
    id: row.id as Id<'vmdl'>,
    name: row.name,
    ownerId: row.accountId,
    target: targetOf(context, row.accountId, [row.id]),
    createdAtMs: row.createdAtMs,
    strategy: oneOf(strategies, strategy) ?? 'priority',
    sticky: oneOf(stickiness, sticky) ?? 'off',
    retries: Math.min(countOf(retries) ?? 0, retriesMax),
    fallbackOn: fallbackOf(fallbackOn),
    timeLimitMs: msOf(timeLimitSeconds),
    targets: list.map(virtualTarget),
  }
}

function virtualTarget(target: Fields): VirtualTarget {
  const { model, weight, overrides, firstByteSeconds, idleSeconds } = target
  return {
    reference: String(model),
    weight: typeof weight === 'number' ? weight : 1,
    overrides: overridesOf(overrides),
    headMs: msOf(firstByteSeconds),
    idleMs: msOf(idleSeconds),
  }
}

/** As the contract has checked them when they were written. */
function overridesOf(value: unknown): Overrides | null {
  const isGiven = typeof value === 'object' && value !== null && Object.keys(value).length > 0
  return isGiven ? (value as Overrides) : null
}

function fallbackOf(value: unknown): FallbackOn | null {
  return Array.isArray(value) ? new Set(value.map(String)) : null
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T | null {
  return known.find((one) => one === value) ?? null
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}

function msOf(seconds: unknown): number | null {
  const count = countOf(seconds)
  return count === null || count === 0 ? null : count * 1_000
}
