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

/**
 * One way to write an address or range: CIDR, an IPv4 address that IPv6 carries as IPv4.
 *
 * @param entry a valid IPv4 or IPv6 address, with or without `/length`
 * @returns the range, and whether the entry is exactly it: false where host bits were set
 */
export function canonicalRange(entry: string): { range: string; isExact: boolean } {
  let [address, length] = ipaddr.parseCIDR(entry.includes('/') ? entry : withFullLength(entry))
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && length >= 96) {
    address = address.toIPv4Address()
    length -= 96
  }
  const bytes = address.toByteArray()
  const network = ipaddr.fromByteArray(bytes.map((byte, i) => byte & byteMask(length - i * 8)))
  return {
    range: `${network.toString()}/${length}`,
    isExact: network.toString() === address.toString(),
  }
}

/** The byte of a netmask of which this many bits are left: 8 or more is 255, 0 or less is 0. */
function byteMask(bits: number): number {
  return (0xff00 >> Math.min(Math.max(bits, 0), 8)) & 0xff
}

/** Whether every address of a canonical range is in one of the others. */
export function isRangeWithin(range: string, list: readonly string[]): boolean {
  const [address, length] = ipaddr.parseCIDR(range)
  return list.some((entry) => {
    const [network, bits] = ipaddr.parseCIDR(entry)
    return network.kind() === address.kind() && bits <= length && address.match(network, bits)
  })
}
