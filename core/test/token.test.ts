import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { crc32, formatToken, parseToken, toBase62, tokenTypes } from '../src/index.ts'

const hex = (digits: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits })
    .map((letters) => letters.join(''))
const token = fc
  .tuple(fc.constantFrom(...tokenTypes), hex(32), hex(64))
  .map(([type, id, secret]) => formatToken(type, id, secret))

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

describe('a token', () => {
  it('is read back as the parts it was made of', () => {
    fc.assert(
      fc.property(fc.constantFrom(...tokenTypes), hex(32), hex(64), (type, id, secret) => {
        const parts = parseToken(formatToken(type, id, secret))
        expect(parts).toEqual({
          type,
          publicId: toBase62(BigInt(`0x${id}`), 22),
          secret: toBase62(BigInt(`0x${secret}`), 43),
        })
      }),
    )
  })

  it('has one length and no letter that a shell or URL would change', () => {
    fc.assert(
      fc.property(token, (text) => {
        expect(text).toMatch(/^ch_(va|pat|op)_[0-9A-Za-z]{71}$/)
      }),
    )
  })

  it('is refused with any one letter changed', () => {
    fc.assert(
      fc.property(token, fc.nat(70), fc.constantFrom(...letters), (text, at, letter) => {
        const place = text.lastIndexOf('_') + 1 + at
        fc.pre(text[place] !== letter)
        expect(parseToken(text.slice(0, place) + letter + text.slice(place + 1))).toBeNull()
      }),
      { numRuns: 2_000 },
    )
  })

  it('is refused cut short, prolonged, or with something around it', () => {
    const text = formatToken('va', '0'.repeat(32), 'f'.repeat(64))
    for (const wrong of [text.slice(0, -1), `${text}0`, ` ${text}`, `${text}\n`, '', 'ch_va_']) {
      expect(parseToken(wrong)).toBeNull()
    }
  })

  it('of another type is another token', () => {
    const text = formatToken('va', '0'.repeat(32), 'f'.repeat(64))
    expect(parseToken(text.replace('ch_va_', 'ch_pat_'))).toBeNull()
    expect(parseToken(text.replace('ch_va_', 'ch_xx_'))).toBeNull()
  })

  it('holds the largest id and secret that there are', () => {
    expect(parseToken(formatToken('op', 'f'.repeat(32), 'f'.repeat(64)))).not.toBeNull()
  })
})

// The check value of CRC-32/ISO-HDLC: https://reveng.sourceforge.io/crc-catalogue/17plus.htm
test.each([
  ['123456789', 0xcbf43926],
  ['', 0],
  ['a', 0xe8b7be43],
])('the CRC-32 of %j is as the catalogue says', (text, sum) => {
  expect(crc32(text)).toBe(sum)
})
