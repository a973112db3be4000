/**
 * A process that owns a data directory until it is told to stop; prints its URL when it is ready.
 */
import { startEmbedded } from '../../src/postgres/embedded.ts'

const quiet = () => undefined
const log = { debug: quiet, info: quiet, warn: quiet, error: console.error }
try {
  const server = await startEmbedded({ dataDir: process.argv[2]!, log })
  process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)))
  console.log(server.ownerUrl)
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}
