import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  formatId,
  type Id,
  type IdPrefix,
  idPrefixes,
  isId,
  prefixOf,
  uuidOf,
} from '../src/index.ts'

const prefixes = Object.keys(idPrefixes) as IdPrefix[]

describe('an id', () => {
  it('is its UUID in another form, for every kind', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom(...prefixes), (uuid, prefix) => {
        const id = formatId(prefix, uuid)
        expect(id).toMatch(/^[a-z]+_[0-7][0-9a-z]{25}$/)
        expect(uuidOf(id)).toBe(uuid)
        expect(prefixOf(id)).toBe(prefix)
      }),
    )
  })

  // https://github.com/jetify-com/typeid/blob/main/spec/valid.yml
  test.each([
    ['00000000-0000-0000-0000-000000000000', '00000000000000000000000000'],
    ['00000000-0000-0000-0000-000000000001', '00000000000000000000000001'],
    ['00000000-0000-0000-0000-000000000010', '0000000000000000000000000g'],
    ['ffffffff-ffff-ffff-ffff-ffffffffffff', '7zzzzzzzzzzzzzzzzzzzzzzzzz'],
    ['0110c853-1d09-52d8-d73e-1194e95b5f19', '0123456789abcdefghjkmnpqrs'],
    ['01890a5d-ac96-774b-bcce-b302099a8057', '01h455vb4pex5vsknk084sn02q'],
  ])('of the UUID %s ends in %s', (uuid, suffix) => {
    expect(formatId('user', uuid)).toBe(`user_${suffix}`)
    expect(uuidOf(`user_${suffix}` as Id)).toBe(uuid)
  })

  it('sorts as its UUID does', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (a, b) => {
        expect(formatId('user', a) < formatId('user', b)).toBe(a < b)
      }),
    )
  })
})

describe('what looks like an id', () => {
  const suffix = '01h455vb4pex5vsknk084sn02q'

  it('is one only of the kind that its prefix says', () => {
    expect(isId(`user_${suffix}`, 'user')).toBe(true)
    expect(isId(`user_${suffix}`, 'user', 'va')).toBe(true)
    expect(isId(`user_${suffix}`, 'team')).toBe(false)
  })

  test.each([
    ['nothing', ''],
    ['no suffix', 'user_'],
    ['no prefix', `_${suffix}`],
    ['an unknown prefix', `usr_${suffix}`],
    ['an inherited property', `toString_${suffix}`],
    ['a letter too few', `user_${suffix.slice(1)}`],
    ['a letter too many', `user_0${suffix}`],
    ['more than 128 bits', 'user_8zzzzzzzzzzzzzzzzzzzzzzzzz'],
    ['capitals', `user_${suffix.toUpperCase()}`],
    ['letters that Crockford leaves out', 'user_01h455vb4pex5vsknk084sn0lo'],
    ['a line break', `user_${suffix}\n`],
    ['two prefixes', `user_user_${suffix}`],
  ])('with %s is none', (_, text) => {
    expect(prefixOf(text)).toBeNull()
  })
})
