/** Where things lie in a chart: pure arithmetic, apart from the drawing. */

/** @returns round numbers from 0 to at least `max`, about `wanted` of them */
export function ticksTo(max: number, wanted = 4): number[] {
  if (max <= 0) return [0, 1]
  const rough = max / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? rough
  const steps = Math.ceil(max / step - 1e-9)
  return Array.from({ length: steps + 1 }, (_, at) => at * step)
}

/** @returns which labels to write when only `room` of them fit: evenly spread, from the first on */
export function labelsToWrite(count: number, room: number): Set<number> {
  const every = Math.max(1, Math.ceil(count / Math.max(1, room)))
  return new Set(Array.from({ length: count }, (_, at) => at).filter((at) => at % every === 0))
}

export interface Layer {
  /** Lower and upper edge at each place. */
  bands: [from: number, to: number][]
}

/** Puts series on top of each other, in their order. */
export function stacked(series: readonly (readonly number[])[]): Layer[] {
  const heights: number[] = []
  return series.map((values) => ({
    bands: values.map((value, at) => {
      const from = heights[at] ?? 0
      heights[at] = from + value
      return [from, from + value]
    }),
  }))
}

/** @returns the running sum: what was spent up to each day */
export function cumulative(values: readonly number[]): number[] {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}
