/** Redaction: what is named goes, what is not stays, and no text takes long. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseFieldPath, type RedactionRules, redactedText, redactor } from '../src/redaction.ts'

const all: RedactionRules = { emails: true, cardNumbers: true, keys: true, fields: [] }
const none: RedactionRules = { emails: false, cardNumbers: false, keys: false, fields: [] }
const fields = (...paths: string[]) => redactor({ ...none, fields: paths })

test('addresses, card numbers and keys go, wherever they stand', () => {
  const clean = redactor(all)
  expect(clean('to ana.b+c@mail.example.co.uk, now')).toBe('to [redacted: e-mail], now')
  expect(clean(['4111-1111-1111-1111', '4111 1111 1111 1112'])).toEqual([
    '[redacted: card number]',
    '4111 1111 1111 1112',
  ])
  expect(clean({ pan: 4111111111111111, count: 4111111111111112 })).toEqual({
    pan: redactedText,
    count: 4111111111111112,
  })
  for (const key of [
    'Bearer abcdefgh12345678',
    'sk-proj-abcdefghijklmnop1234',
    'ch_va_0123456789abcdefghij',
    'ghp_0123456789abcdefghij',
    'AKIAIOSFODNN7EXAMPLE',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN',
  ]) {
    expect(clean(`key: ${key}.`)).toMatch(/^key: \[redacted: key\]/)
  }
  expect(clean('a task-force of 1234567890 at 12:30')).toBe('a task-force of 1234567890 at 12:30')
})

test('what is switched off stays', () => {
  const text = 'ana@example.com 4111111111111111 Bearer abcdefgh12345678'
  expect(redactor(none)(text)).toBe(text)
})

test.each([
  ['user', { user: 'ana', x: { user: 1 } }, { user: redactedText, x: { user: 1 } }],
  ['$.a.b', { a: { b: 1, c: 2 } }, { a: { b: redactedText, c: 2 } }],
  ['a[*].b', { a: [{ b: 1 }, { b: { c: 2 } }] }, { a: [{ b: redactedText }, { b: redactedText }] }],
  ['a[1]', { a: [1, 2, 3] }, { a: [1, redactedText, 3] }],
  ['a.*', { a: { b: 1, c: [2] } }, { a: { b: redactedText, c: redactedText } }],
  [
    '**.pin',
    { pin: 1, a: [{ pin: 2, b: { pin: 3 } }], c: 4 },
    { pin: redactedText, a: [{ pin: redactedText, b: { pin: redactedText } }], c: 4 },
  ],
  [
    '**.arguments.pin',
    { calls: [{ arguments: '{"pin": 7, "x": 1}' }] },
    { calls: [{ arguments: `{"pin":"${redactedText}","x":1}` }] },
  ],
])('%s takes out what it names', (path, value, expected) => {
  expect(fields(path)(value)).toEqual(expected)
})

test.each([
  '',
  '.',
  'a..b',
  'a.',
  '**',
  'a.**',
  '**.a.**.b',
  'a[',
  'a[x]',
  'a b',
  '$',
  'a'.repeat(65),
])('%j is no path', (path) => expect(parseFieldPath(path)).toBeNull())

test('without anything to take out, a value is what it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(redactor(none)(value)).toEqual(value)
    }),
  )
})

test('a field that is named is nowhere in what is left', () => {
  const mark = 'm4rk'
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(1, 'text', null, mark),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'secret'), tie('value'), { maxKeys: 3 }),
    ),
  })).value
  fc.assert(
    fc.property(tree, (value) => {
      const left = JSON.stringify(fields('**.secret')({ secret: mark, value }))
      expect(left).not.toMatch(/"secret":(?!"\[redacted\]")/)
    }),
  )
})

/** Each of these makes a careless pattern go back again and again. */
test.each([
  ['@', 'a'.repeat(100_000)],
  ['addresses', 'a@'.repeat(50_000)],
  ['digits', '4'.repeat(100_000)],
  ['digits apart', '4 '.repeat(50_000)],
  ['tokens', '-eyJ'.repeat(25_000)],
  ['keys', 'sk-'.repeat(30_000)],
  ['bearers', 'Bearer '.repeat(15_000)],
])('a long text of %s takes no longer than its length', (_, text) => {
  const startedMs = performance.now()
  redactor(all)(`${text}@`)
  expect(performance.now() - startedMs).toBeLessThan(2_000)
})
