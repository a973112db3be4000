/** Which passwords are refused, and that those that people are told to choose are not. */
import { Refusal } from '@commonhold/contract'
import { describe, expect, test } from 'vitest'
import { assertGoodPassword } from '../../src/control/password-rules.ts'
import { hashPassword, isPassword } from '../../src/crypto/password.ts'

const email = 'marie.curie@example.com'

function isRefused(password: string): boolean {
  try {
    assertGoodPassword(password, email)
    return false
  } catch (error) {
    if (error instanceof Refusal && error.code === 'refused_by_rule') return true
    throw error
  }
}

describe('refused', () => {
  test.each([
    'Password1234!',
    '123456789012',
    '!!qwertyuiop123',
    'CHANGEME-2026',
    'aaaaaaaaaaaa',
    'abababababab',
    'marie.curie2026',
    'x-Marie.Curie-x',
    'passwordpassword',
  ])('%s', (password) => {
    expect(isRefused(password)).toBe(true)
  })
})

describe('accepted', () => {
  test.each([
    'correct horse battery staple',
    'tr0ub4dor&3 on ice',
    'пароль из четырёх слов',
    'k9$Vq2!mZ7#p',
    'marie likes radium',
  ])('%s', (password) => {
    expect(isRefused(password)).toBe(false)
  })
})

test('a password is kept as argon2id with its costs, and two hashes of one differ', async () => {
  const [a, b] = await Promise.all([
    hashPassword('one and the same'),
    hashPassword('one and the same'),
  ])
  expect(a).toMatch(/^\$argon2id\$v=19\$m=32768,t=3,p=1\$/)
  expect(a).not.toBe(b)
  expect(await isPassword('one and the same', a)).toBe(true)
  expect(await isPassword('another', a)).toBe(false)
  expect(await isPassword('nobody has this password', null)).toBe(false)
})
