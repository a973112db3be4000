/** All of a list in an order of chance, where weights say who comes early. */

/**
 * Draws the targets one after another, each with the chance of its weight among those left. Where a
 * draw falls inside the slice of the target that it hits is itself evenly spread, so it serves as
 * the next draw: one random number orders them all.
 */
export function byChance<T extends { readonly weight: number }>(
  targets: readonly T[],
  random: number,
): T[] {
  const left = [...targets]
  const order: T[] = []
  let draw = random
  while (left.length > 0) {
    let point = draw * left.reduce((sum, { weight }) => sum + weight, 0)
    // The last one takes what rounding leaves over.
    let hit = left.findIndex(({ weight }) => {
      if (point < weight) return true
      point -= weight
      return false
    })
    if (hit < 0) hit = left.length - 1
    const [target] = left.splice(hit, 1)
    draw = Math.min(point / target!.weight, 1 - Number.EPSILON)
    order.push(target!)
  }
  return order
}
