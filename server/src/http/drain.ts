/**
 * Reads what is left of a body and throws it away. A client that is still sending sees a reset
 * connection instead of its refusal if nobody reads on, so a refusal waits for this.
 */
import type { IncomingMessage } from 'node:http'

/** Whoever sends more than this, or takes longer, is cut off. */
export const drainBytesMax = 64 * 1_048_576
export const drainMsMax = 10_000

/** @returns whether the body came to its end, so that the connection can be used again */
export function drain(request: IncomingMessage): Promise<boolean> {
  if (request.complete) return Promise.resolve(true)
  if (request.destroyed) return Promise.resolve(false)
  return new Promise((resolve) => {
    let bytes = 0
    const end = (isWhole: boolean) => {
      clearTimeout(timer)
      request.off('data', count).off('end', whole).off('close', broken).off('error', broken)
      resolve(isWhole)
    }
    const count = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= drainBytesMax) return
      request.pause()
      end(false)
    }
    const whole = () => end(true)
    const broken = () => end(false)
    const timer = setTimeout(broken, drainMsMax)
    request.on('data', count).on('end', whole).on('close', broken).on('error', broken)
    request.resume()
  })
}
