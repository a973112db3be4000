/**
 * The one guard for addresses that tenants name: provider base URLs, webhooks, metadata, clusters.
 *
 * A URL is checked when it is saved, so that its author hears of a mistake, and the *address* is
 * checked for every connection, because a name may point elsewhere by then (DNS rebinding). Link-local
 * addresses, where clouds keep their metadata services, are never reached, whatever is allowed;
 * private and loopback ones only where the operator allows them. Redirects are not followed at all.
 */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

export interface GuardOptions {
  /** COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS: the operator runs models in the same network. */
  readonly allowPrivate: boolean
}

export const urlCharsMax = 2_000

/** Ranges of ipaddr.js that a private deployment may rightly use. */
const privateRanges = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat'])

/** Metadata services that live outside of the link-local ranges. */
const metadataAddresses = new Set([
  'fd00:ec2::254', // Amazon, IPv6
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure
])

/** A connection that the guard refused. `code` is what node reports for it. */
export class UnsafeAddressError extends Error {
  readonly code = 'ERR_UNSAFE_ADDRESS'
}

/** @returns a sentence that says why this address must not be reached, or null. */
export function addressProblem(address: string, { allowPrivate }: GuardOptions): string | null {
  if (!ipaddr.isValid(address)) return 'It is not an IP address.'
  // process() turns an IPv4 address in IPv6 clothes (::ffff:10.0.0.1) into what it is.
  const parsed = ipaddr.process(address)
  if (metadataAddresses.has(parsed.toString())) return 'It is the address of a metadata service.'
  const range = parsed.range()
  if (range === 'unicast') return null
  if (privateRanges.has(range)) {
    return allowPrivate
      ? null
      : 'It is a private address; the operator can allow those with COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS.'
  }
  return `It is a ${range} address, which is never reached.`
}

/**
 * Checks a URL before it is saved. Names are resolved when a connection is made and not here: what
 * a name points to now says nothing about later.
 *
 * @returns a sentence for its author, or null where the URL may be saved
 */
export function checkUpstreamUrl(text: string, options: GuardOptions): string | null {
  if (text.length > urlCharsMax) return `The URL is longer than ${urlCharsMax} characters.`
  if (!URL.canParse(text)) return 'It is not a URL, like https://api.example.com/v1.'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return 'The URL must begin with https:// or http://.'
  }
  if (url.username !== '' || url.password !== '') {
    return 'The URL must not hold a user name or a password; give the key in its own field.'
  }
  if (url.search !== '' || url.hash !== '') return 'The URL must end with its path.'
  const host = hostOf(url.hostname)
  if (isIP(host) !== 0) return addressProblem(host, options)
  if (/(^|\.)localhost\.?$/i.test(host)) return addressProblem('127.0.0.1', options)
  return null
}

/** The host without the brackets of an IPv6 address. */
export function hostOf(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

/**
 * A `lookup` for sockets that fails for a name of which *any* address is unsafe: one safe address
 * beside an unsafe one is how a rebinding attack looks. Sockets don't look up a literal address, so
 * whoever connects asks `addressProblem` for those.
 */
export function guardedLookup(options: GuardOptions): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    dnsLookup(hostname, { ...lookupOptions, all: true }, (error, found) => {
      if (error) return callback(error, '', 0)
      const addresses = found as LookupAddress[]
      for (const { address } of addresses) {
        const problem = addressProblem(address, options)
        if (problem === null) continue
        return callback(
          new UnsafeAddressError(`${hostname} must not be reached. ${problem}`),
          '',
          0,
        )
      }
      const first = addresses[0]
      if (lookupOptions.all) return callback(null, addresses)
      return callback(null, first?.address ?? '', first?.family ?? 4)
    })
  }
}
