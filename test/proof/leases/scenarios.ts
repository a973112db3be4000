/**
 * Worlds that are small enough to be gone through as a whole. Each gives room to one kind of trouble, since
 * all kinds at once are more states than a machine can keep; `large` has more of several at once, for
 * `npm run prove -- leases`.
 */
import type { Allowance, Scenario } from './world.ts'

const none: Allowance = {
  messages: 1,
  asks: 2,
  returns: 0,
  crashes: 0,
  repeats: 0,
  periods: 0,
  retirements: 0,
}

const call = (worst: bigint, costs: readonly bigint[], ...budgets: number[]) => ({
  worst,
  costs,
  budgets,
})

const two = { processes: 2 } as const
/** Two for two, where a third does not fit. */
const three = [call(1n, [1n], 0), call(1n, [1n], 0), call(1n, [1n], 0)]
/** One that costs less than it holds, and one that needs all that there is. */
const unequal = [call(2n, [1n], 0), call(2n, [2n], 0)]

export const small = {
  'three calls, two of which fit': { ...two, limits: [2n], calls: three, most: none },
  'crashes, and money that goes back': {
    ...two,
    limits: [3n],
    calls: unequal,
    most: { ...none, returns: 1, crashes: 1 },
  },
  'messages lost, late, repeated and out of order': {
    ...two,
    limits: [2n],
    calls: [call(1n, [1n], 0), call(2n, [0n], 0)],
    most: { ...none, messages: 2, returns: 1, repeats: 1 },
  },
  'two budgets, and a crash': {
    ...two,
    limits: [2n, 1n],
    calls: [call(1n, [1n], 0, 1), call(1n, [1n], 0)],
    most: { ...none, crashes: 1 },
  },
  'a period that ends during a call': {
    ...two,
    limits: [1n],
    calls: [call(1n, [1n], 0), call(1n, [1n], 0)],
    most: { ...none, periods: 1 },
  },
  'a process that leaves for good': {
    processes: 2,
    limits: [2n],
    calls: [call(2n, [1n], 0)],
    most: { ...none, messages: 2, returns: 1, crashes: 1, retirements: 1 },
  },
  'a raise that ends, and messages that are lost': {
    ...two,
    limits: [1n],
    raise: 2n,
    calls: [call(1n, [1n], 0), call(2n, [1n], 0)],
    most: { ...none, asks: 3 },
  },
} as const satisfies Record<string, Scenario>

export const large = {
  'three calls under two budgets, with a crash': {
    ...two,
    limits: [2n, 1n],
    calls: [call(1n, [1n], 0, 1), call(1n, [0n, 1n], 0), call(1n, [1n], 0, 1)],
    most: { ...none, crashes: 1 },
  },
  'three calls, money that goes back, and a crash': {
    ...two,
    limits: [3n],
    calls: [call(2n, [1n], 0), call(2n, [2n], 0), call(1n, [1n], 0)],
    most: { ...none, returns: 1, crashes: 1 },
  },
  'two crashes, and messages that come after them': {
    ...two,
    limits: [3n],
    calls: unequal,
    most: { ...none, messages: 2, returns: 1, crashes: 2 },
  },
  'repeats, three messages at once, two returns': {
    ...two,
    limits: [3n],
    calls: unequal,
    most: { ...none, messages: 3, asks: 3, returns: 2, repeats: 1 },
  },
  'a crash, a new period and a process that leaves': {
    ...two,
    limits: [2n],
    calls: [call(1n, [1n], 0), call(2n, [0n], 0)],
    most: { ...none, returns: 1, crashes: 1, periods: 1, retirements: 1 },
  },
  'two budgets, of which one begins anew': {
    ...two,
    limits: [2n, 3n],
    calls: [call(2n, [1n], 0, 1), call(1n, [1n], 0), call(1n, [1n], 1)],
    most: { ...none, asks: 3, periods: 1 },
  },
  'a raise that ends, a crash, and money that goes back': {
    ...two,
    limits: [2n],
    raise: 1n,
    calls: [call(1n, [1n], 0), call(2n, [0n, 1n], 0)],
    most: { ...none, asks: 3, messages: 2, returns: 1, crashes: 1 },
  },
} as const satisfies Record<string, Scenario>
