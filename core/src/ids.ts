/**
 * Typed ids: a prefix that says what the id names, and a UUID (version 7) in Crockford's base32.
 * The form is TypeID's (https://github.com/jetify-com/typeid), so that other people's tools can
 * read it. An id of the wrong kind is refused by its prefix before any database is asked, and the
 * brand makes swapping two ids a type error (case A43).
 */

import { resourceKinds } from './kinds/index.ts'

/** The prefixes of what is no resource, with the noun that each stands for. Never recycled. */
const nounPrefixes = {
  tnt: 'tenant',
  acct: 'account',
  user: 'user',
  va: 'virtual-account',
  team: 'team',
  role: 'role',
  grant: 'grant',
  share: 'share',
  trf: 'transfer',
  tok: 'token',
  sess: 'session',
  inv: 'invitation',
  bud: 'budget',
  lim: 'usage-limit',
  use: 'usage-record',
  prc: 'price',
  led: 'ledger-entry',
  ivc: 'invoice',
  aud: 'audit-event',
  req: 'request',
} as const

type ResourceIdPrefix = (typeof resourceKinds)[number]['idPrefix']
export type IdPrefix = keyof typeof nounPrefixes | ResourceIdPrefix

/** Every prefix that exists, with what it stands for: nouns, and the kinds of resource. */
export const idPrefixes: Readonly<Record<string, string>> = {
  ...nounPrefixes,
  ...Object.fromEntries(resourceKinds.map((k) => [k.idPrefix, k.kind])),
}

export type Id<P extends IdPrefix = IdPrefix> = string & { readonly __prefix: P }

export type TenantId = Id<'tnt'>
export type AccountId = Id<'acct'>
export type UserId = Id<'user'>
export type VirtualAccountId = Id<'va'>
export type PrincipalId = UserId | VirtualAccountId
export type TeamId = Id<'team'>
export type RoleId = Id<'role'>
export type GrantId = Id<'grant'>
export type ShareId = Id<'share'>
export type TransferId = Id<'trf'>
export type TokenId = Id<'tok'>
export type SessionId = Id<'sess'>
export type ResourceId = Id<ResourceIdPrefix>

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const suffixPattern = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/

/**
 * @param prefix what the id names
 * @param uuid a UUID as PostgreSQL prints it: 36 characters, lower case, with dashes
 * @returns `prefix_` and 26 characters
 */
export function formatId<P extends IdPrefix>(prefix: P, uuid: string): Id<P> {
  let rest = BigInt(`0x${uuid.replaceAll('-', '')}`)
  let suffix = ''
  for (let i = 0; i < 26; i++) {
    suffix = alphabet[Number(rest & 31n)] + suffix
    rest >>= 5n
  }
  return `${prefix}_${suffix}` as Id<P>
}

/** @returns the UUID inside the id, as PostgreSQL prints it. */
export function uuidOf(id: Id): string {
  let number = 0n
  for (const letter of id.slice(id.lastIndexOf('_') + 1)) {
    number = (number << 5n) | BigInt(alphabet.indexOf(letter))
  }
  const hex = number.toString(16).padStart(32, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** @returns the prefix of a well-formed id of any kind, or null. */
export function prefixOf(text: string): IdPrefix | null {
  const cut = text.indexOf('_')
  const prefix = text.slice(0, cut)
  return Object.hasOwn(idPrefixes, prefix) && suffixPattern.test(text.slice(cut + 1))
    ? (prefix as IdPrefix)
    : null
}

/** Whether the text is a well-formed id of one of these kinds. */
export function isId<P extends IdPrefix>(text: string, ...prefixes: P[]): text is Id<P> {
  const prefix = prefixOf(text)
  return prefix !== null && (prefixes as IdPrefix[]).includes(prefix)
}
