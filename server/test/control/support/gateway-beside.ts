/** A gateway on the database of a control plane under test, with the sandbox behind it: real calls. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Services } from '../../../src/control/services.ts'
import { startGateway } from '../../../src/gateway/gateway.ts'
import { handleGateway } from '../../../src/http/gateway.ts'
import { startSandbox } from '../../../src/sandbox/sandbox.ts'
import { quietLog } from '../../gateway/support/quiet-log.ts'

export interface GatewayBeside {
  readonly url: string
  stop(): Promise<void>
}

export async function startGatewayBeside(services: Services): Promise<GatewayBeside> {
  const journalDirectory = mkdtempSync(join(tmpdir(), 'commonhold-journal-'))
  const sandbox = await startSandbox()
  const { database, hasher, vault } = services
  const gateway = await startGateway({
    database,
    hasher,
    vault,
    sandboxUrl: sandbox.url,
    allowPrivateUpstreams: true,
    stalenessMsMax: 60_000,
    log: quietLog,
    tuning: { pollMs: 200, leaseIdleMs: 200, shipEveryMs: 5 },
    journalDirectory,
  })
  const server = createServer(handleGateway(gateway))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      await gateway.stop()
      server.close()
      server.closeAllConnections()
      await sandbox.close()
      rmSync(journalDirectory, { recursive: true, force: true })
    },
  }
}
