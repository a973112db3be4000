/** How a server of the bench starts: on a free port of the loopback, which it tells its parent. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export function listenForParent(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as AddressInfo).port })
  })
  process.once('disconnect', () => process.exit(0))
}
