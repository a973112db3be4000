/**
 * Finds what a misspelt name was meant to be.
 */

/** More changes than this are another word, not a slip. */
const CHANGES_MAX = 3

/**
 * Finds the known name that takes the fewest changes of one letter (Levenshtein distance).
 * @returns null when none is near
 */
export function closestName(name: string, known: readonly string[]): string | null {
  let best: string | null = null
  let bestChanges = CHANGES_MAX + 1
  for (const candidate of known) {
    const changes = distance(name, candidate)
    if (changes < bestChanges) {
      best = candidate
      bestChanges = changes
    }
  }
  return best
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitute, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
