/** Simulated time: what is to happen, in order; what was planned first happens first. */
interface Event {
  readonly atMs: number
  readonly order: number
  readonly happen: () => void
}

export class Clock {
  nowMs = 0
  #order = 0
  /** A binary heap. */
  readonly #events: Event[] = []

  after(ms: number, happen: () => void): void {
    const heap = this.#events
    heap.push({ atMs: this.nowMs + ms, order: this.#order++, happen })
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1
      if (!isBefore(heap[i]!, heap[parent]!)) break
      swap(heap, i, parent)
      i = parent
    }
  }

  /** Lets everything happen that is planned up to then. */
  runUntil(untilMs: number): void {
    while (this.#events[0] && this.#events[0].atMs <= untilMs) {
      const { atMs, happen } = this.#take()
      this.nowMs = atMs
      happen()
    }
    this.nowMs = untilMs
  }

  #take(): Event {
    const heap = this.#events
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return first
    heap[0] = last
    for (let i = 0; ; ) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && isBefore(heap[child]!, heap[least]!)) least = child
      }
      if (least === i) return first
      swap(heap, i, least)
      i = least
    }
  }
}

const isBefore = (a: Event, b: Event) =>
  a.atMs - b.atMs || a.order - b.order ? (a.atMs - b.atMs || a.order - b.order) < 0 : false

function swap(heap: Event[], i: number, j: number): void {
  const kept = heap[i]!
  heap[i] = heap[j]!
  heap[j] = kept
}
