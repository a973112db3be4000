/** Goes to every state that a scenario can reach, and checks each one. */
import { brokenIn, strandedAfterCrash, strandedWhenQuiet } from './invariants.ts'
import { type Rules, realRules } from './rules.ts'
import { stepsOf } from './steps.ts'
import { copyWorld, keyOf, newWorld, type Scenario, type World } from './world.ts'

export interface Exploration {
  readonly states: number
  readonly steps: number
  /** The longest way that was gone. */
  readonly depth: number
  /** Whether every reachable state was seen: false where the search was ended before. */
  readonly isWhole: boolean
  /** The first state that is wrong, with the way to it; null where there is none. */
  readonly wrong: { readonly what: string; readonly path: readonly string[] } | null
}

interface Node {
  readonly world: World
  readonly name: string
  readonly before: Node | null
  readonly depth: number
}

export interface ExploreOptions {
  readonly rules?: Rules
  readonly statesMax?: number
  readonly report?: (counts: { states: number; steps: number }) => void
}

/**
 * Depth first, every state once. States are told apart by 106 bits of their text: among ten million of
 * them, the chance that any two look alike is below 10^-17.
 */
export function explore(scenario: Scenario, options: ExploreOptions = {}): Exploration {
  const { rules = realRules, statesMax = Number.POSITIVE_INFINITY, report } = options
  const seen = new Map<number, number | Set<number>>()
  const stack: Node[] = []
  let [states, steps, depthMax] = [0, 0, 0]
  const visit = (node: Node): string | null => {
    if (!isNew(seen, keyOf(node.world))) return null
    states++
    depthMax = Math.max(depthMax, node.depth)
    stack.push(node)
    if (states % 1_000 === 0) report?.({ states, steps })
    return (
      brokenIn(node.world) ??
      strandedWhenQuiet(node.world, rules) ??
      strandedAfterCrash(node.world, rules)
    )
  }
  const end = (isWhole: boolean, wrong: Exploration['wrong']) => {
    return { states, steps, depth: depthMax, isWhole, wrong }
  }
  const first = { world: newWorld(scenario), name: 'start', before: null, depth: 0 }
  const wrong = visit(first)
  if (wrong) return end(false, { what: wrong, path: [] })
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const { name, take } of stepsOf(node.world, rules)) {
      const world = copyWorld(node.world)
      take(world, rules)
      steps++
      const next = { world, name, before: node, depth: node.depth + 1 }
      const what = visit(next)
      if (what) return end(false, { what, path: pathTo(next) })
    }
    if (states >= statesMax) return end(false, null)
  }
  return end(true, null)
}

function pathTo(last: Node): string[] {
  const path: string[] = []
  for (let node: Node | null = last; node?.before; node = node.before) path.push(node.name)
  return path.reverse()
}

function isNew(seen: Map<number, number | Set<number>>, key: string): boolean {
  const [a, b] = [hash(key, 0), hash(key, 0x9e3779b9)]
  const others = seen.get(a)
  if (others === undefined) {
    seen.set(a, b)
    return true
  }
  if (typeof others === 'number') {
    if (others === b) return false
    seen.set(a, new Set([others, b]))
    return true
  }
  const size = others.size
  return others.add(b).size > size
}

/** 53 bits of a text (cyrb53). */
function hash(text: string, seed: number): number {
  let h1 = 0xdeadbeef ^ seed
  let h2 = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    h1 = Math.imul(h1 ^ code, 2654435761)
    h2 = Math.imul(h2 ^ code, 1597334677)
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909)
  return 4294967296 * (2097151 & h2) + (h1 >>> 0)
}
