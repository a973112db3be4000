/** Whether an address is in a list of addresses and CIDR ranges. */
import ipaddr from 'ipaddr.js'

/**
 * @param address of the caller; null (unknown) is in no list
 * @param list IPv4 or IPv6 addresses and ranges
 */
export function isAllowedAddress(address: string | null, list: readonly string[]): boolean {
  if (address === null || !ipaddr.isValid(address)) return false
  // ::ffff:10.0.0.1 and 10.0.0.1 are one address.
  const caller = ipaddr.process(address)
  return list.some((entry) => {
    const [network, bits] = ipaddr.parseCIDR(entry.includes('/') ? entry : withFullLength(entry))
    return network.kind() === caller.kind() && caller.match(network, bits)
  })
}

function withFullLength(address: string): string {
  return address.includes(':') ? `${address}/128` : `${address}/32`
}
