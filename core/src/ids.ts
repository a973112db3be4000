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
  raise: 'limit-raise',
  alert: 'alert',
  hook: 'webhook',
  dlv: 'webhook-delivery',
  use: 'usage-record',
  prc: 'price',
  led: 'ledger-entry',
  ivc: 'invoice',
  aud: 'audit-event',
  req: 'request',
  file: 'file',
  batch: 'batch',
  resp: 'response',
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

/*
 * A snapshot of a large tenant turns a million ids around. The two notations meet every 20 bits, which
 * are four letters here and five digits there, so neither way needs a BigInt.
 */
const letters = codesOf(alphabet)
const digits = codesOf('0123456789abcdef')
const letterValues = valuesOf(letters)
const digitValues = valuesOf(digits)
const dash = '-'.charCodeAt(0)
/** Where the 32 digits stand in a UUID's text. */
const digitPlaces = Uint8Array.from(
  Array.from({ length: 36 }, (_, at) => at).filter((at) => ![8, 13, 18, 23].includes(at)),
)

function codesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

function valuesOf(codes: Uint8Array): Uint8Array {
  const values = new Uint8Array(128)
  for (const [value, code] of codes.entries()) values[code] = value
  return values
}

/**
 * @param prefix what the id names
 * @param uuid a UUID as PostgreSQL prints it: 36 characters, lower case, with dashes
 * @returns `prefix_` and 26 characters
 */
export function formatId<P extends IdPrefix>(prefix: P, uuid: string): Id<P> {
  const digit = (n: number) => digitValues[uuid.charCodeAt(digitPlaces[n]!)]!
  const codes = new Array<number>(26)
  const first = (digit(0) << 4) | digit(1)
  codes[0] = letters[first >> 5]!
  codes[1] = letters[first & 31]!
  for (let from = 2, to = 2; from < 32; from += 5, to += 4) {
    let bits = 0
    for (let n = 0; n < 5; n++) bits = (bits << 4) | digit(from + n)
    for (let n = 0; n < 4; n++) codes[to + n] = letters[(bits >> (15 - 5 * n)) & 31]!
  }
  return `${prefix}_${String.fromCharCode(...codes)}` as Id<P>
}

/** @returns the UUID inside the id, as PostgreSQL prints it. */
export function uuidOf(id: Id): string {
  const start = id.lastIndexOf('_') + 1
  const letter = (n: number) => letterValues[id.charCodeAt(start + n)]!
  const codes = new Array<number>(36).fill(dash)
  const put = (n: number, value: number) => {
    codes[digitPlaces[n]!] = digits[value & 15]!
  }
  const first = (letter(0) << 5) | letter(1)
  put(0, first >> 4)
  put(1, first)
  for (let from = 2, to = 2; from < 26; from += 4, to += 5) {
    const bits =
      (letter(from) << 15) | (letter(from + 1) << 10) | (letter(from + 2) << 5) | letter(from + 3)
    for (let n = 0; n < 5; n++) put(to + n, bits >> (16 - 4 * n))
  }
  return String.fromCharCode(...codes)
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
