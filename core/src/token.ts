/**
 * The form of a credential: `ch_va_` + public id + secret + checksum, all base62. The checksum
 * lets a secret scanner (and us) tell a mistyped or truncated token from a wrong one without
 * asking the database; the prefix makes a leaked one findable.
 */

/** `va`: virtual account, `pat`: personal access token, `op`: operator key. */
export const tokenTypes = ['va', 'pat', 'op'] as const
export type TokenType = (typeof tokenTypes)[number]

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 128 bits need 22 base62 digits, 32 bits need 6. */
const idLength = 22
const secretLength = 43
const checksumLength = 6
const form = /^ch_(va|pat|op)_([0-9A-Za-z]{22})([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

export interface TokenParts {
  readonly type: TokenType
  /** 22 base62 digits of the token's UUID: safe to show and to log. */
  readonly publicId: string
  /** 43 base62 digits, 256 bits: never stored, only its HMAC. */
  readonly secret: string
}

export function toBase62(number: bigint, length: number): string {
  let text = ''
  let rest = number
  for (let i = 0; i < length; i++) {
    text = base62[Number(rest % 62n)] + text
    rest /= 62n
  }
  return text
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

/** CRC-32 (ISO 3309) of ASCII text. */
export function crc32(text: string): number {
  let crc = 0xffffffff
  for (let i = 0; i < text.length; i++) {
    crc = crcTable[(crc ^ text.charCodeAt(i)) & 0xff]! ^ (crc >>> 8)
  }
  return (crc ^ 0xffffffff) >>> 0
}

/**
 * @param uuidHex 32 hexadecimal digits: the token's id
 * @param secretHex 64 hexadecimal digits from a cryptographic random source
 */
export function formatToken(type: TokenType, uuidHex: string, secretHex: string): string {
  const id = toBase62(BigInt(`0x${uuidHex}`), idLength)
  const body = `ch_${type}_${id}${toBase62(BigInt(`0x${secretHex}`), secretLength)}`
  return body + toBase62(BigInt(crc32(body)), checksumLength)
}

/** @returns the parts, or null for anything that is not a token or whose checksum is wrong. */
export function parseToken(text: string): TokenParts | null {
  const match = form.exec(text)
  if (!match) return null
  const body = text.slice(0, -checksumLength)
  if (toBase62(BigInt(crc32(body)), checksumLength) !== match[4]) return null
  return { type: match[1] as TokenType, publicId: match[2]!, secret: match[3]! }
}
