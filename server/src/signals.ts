/**
 * SIGTERM and SIGINT ask for an orderly end; the same signal once more ends at once. A terminal and a
 * supervisor may both pass on one key press, so what follows within a moment is the same one.
 */
const sameSignalMs = 500

/**
 * @param stop begins an orderly end; called once
 * @param endNow called by the second signal
 */
export function whenSignalled(stop: () => void, endNow: () => void): void {
  let first: { readonly signal: string; readonly atMs: number } | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (first === undefined) {
        first = { signal, atMs: Date.now() }
        stop()
      } else if (first.signal === signal && Date.now() - first.atMs > sameSignalMs) endNow()
    })
  }
}
