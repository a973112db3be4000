/** What has been started, to be stopped in the opposite order: nobody loses what it stands on. */
import type { Log } from './log.ts'

export type Stops = (() => Promise<void>)[]

export async function stopAll(stops: Stops, log: Log): Promise<void> {
  for (const stop of stops.splice(0).reverse()) {
    await stop().catch((error: Error) => log.error({ error: error.message }, 'stopping failed'))
  }
}
