/**
 * A gateway in a process of its own, for tests that kill it. Arguments: database URL, sandbox URL,
 * journal directory, how often to ship in ms. Prints its port as the first line.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startGateway } from '../../../src/gateway/gateway.ts'
import { handleGateway } from '../../../src/http/gateway.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { quietLog } from './quiet-log.ts'
import { hasher, vault } from './world.ts'

const [appUrl, sandboxUrl, journalDirectory, shipEveryMs] = process.argv.slice(2)
const gateway = await startGateway({
  database: openDatabase(appUrl!, { poolMax: 4 }),
  hasher,
  vault,
  journalDirectory: journalDirectory!,
  sandboxUrl: sandboxUrl!,
  allowPrivateUpstreams: true,
  stalenessMsMax: 60_000,
  log: quietLog,
  tuning: { shipEveryMs: Number(shipEveryMs), pollMs: 200, leaseIdleMs: 100 },
})
const server = createServer(handleGateway(gateway))
server.listen(0, '127.0.0.1', () => {
  console.log(String((server.address() as AddressInfo).port))
})
