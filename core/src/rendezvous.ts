/**
 * Which target a key belongs to, without a table of keys: every target draws a number from the key and its
 * own id, and the lowest goes first (rendezvous hashing, weighted after Schindelhauer and Schomaker). Each
 * process comes to the same order, and a target that leaves moves its own keys and no others, because the
 * numbers of the rest stay what they were.
 */
import type { Id } from './ids.ts'

interface Weighted {
  readonly modelId: Id<'mdl'>
  readonly weight: number
}

/**
 * @param targets each of a weight above 0
 * @returns all of them; the first is the key's own, the next is where it goes when that one fails
 */
export function byKey<T extends Weighted>(targets: readonly T[], key: string): T[] {
  const seed = hashOf(key, offsetBasis)
  const drawn = targets.map((target) => ({ target, at: drawOf(seed, target) }))
  // Two that draw the same are told apart by their ids, or the order would hang on the list's.
  drawn.sort((a, b) => a.at - b.at || (a.target.modelId < b.target.modelId ? -1 : 1))
  return drawn.map(({ target }) => target)
}

/** Exponentially spread with the weight as its rate: the chance to be the lowest is in proportion to it. */
function drawOf(seed: number, { modelId, weight }: Weighted): number {
  const even = (mixed(hashOf(modelId, seed)) + 0.5) / 2 ** 32
  return -Math.log(even) / weight
}

const offsetBasis = 0x811c9dc5
const prime = 0x01000193

/** FNV-1a over UTF-16 units. Not against somebody who chooses keys: that one only chooses his own target. */
function hashOf(text: string, seed: number): number {
  let hash = seed
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), prime)
  }
  return hash >>> 0
}

/** MurmurHash3's last step: without it, similar texts would draw similar numbers. */
function mixed(hash: number): number {
  let mix = hash
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return (mix ^ (mix >>> 16)) >>> 0
}
