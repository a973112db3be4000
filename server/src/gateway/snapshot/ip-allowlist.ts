/** From which addresses a token may be used. */
import ipaddr from 'ipaddr.js'

export type IpRange = readonly [ipaddr.IPv4 | ipaddr.IPv6, number]

/** An entry that can't be read allows nothing: left out, the rest of the list still holds. */
export function parseRanges(list: readonly string[]): IpRange[] {
  return list.flatMap((text) => {
    try {
      const [address, bits] = ipaddr.parseCIDR(text.includes('/') ? text : hostRange(text))
      return [[address, bits] as const]
    } catch {
      return []
    }
  })
}

/** @param address as the socket has it; IPv4 in IPv6 form counts as the IPv4 address that it is */
export function isInRanges(address: string, ranges: readonly IpRange[]): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return ranges.some(
    ([range, bits]) => parsed.kind() === range.kind() && matches(parsed, range, bits),
  )
}

function matches(address: ipaddr.IPv4 | ipaddr.IPv6, range: IpRange[0], bits: number): boolean {
  return address instanceof ipaddr.IPv4
    ? address.match(range as ipaddr.IPv4, bits)
    : address.match(range as ipaddr.IPv6, bits)
}

function hostRange(text: string): string {
  return `${text}/${text.includes(':') ? 128 : 32}`
}
