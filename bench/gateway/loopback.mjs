/**
 * Loaded before Portkey's gateway, which listens on every address of the machine and can't be told
 * otherwise: here it listens on the loopback, and its parent hears on which port.
 */
import { Server } from 'node:net'

const { listen } = Server.prototype
Server.prototype.listen = function listenOnLoopback() {
  this.once('listening', () => process.send?.({ port: this.address().port }))
  return listen.call(this, 0, '127.0.0.1')
}
process.once('disconnect', () => process.exit(0))
