/** A body that is edited in place means what was meant, and nothing else in it moves. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editedBody, parseJsonBody } from '../../src/gateway/admission/json-body.ts'

const key = fc.oneof(fc.constantFrom('model', 'stream_options', 'messages'), fc.string())
const body = fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true })

test('editing fields equals editing the parsed object, for any object and any spacing', () => {
  fc.assert(
    fc.property(body, fc.constantFrom(undefined, 1, '\t'), fc.jsonValue(), (value, space, to) => {
      const text = JSON.stringify(value, null, space)
      const parsed = parseJsonBody(Buffer.from(text))
      const json = JSON.stringify(to)
      const edits = new Map([
        ['model', json],
        ['stream_options', '{"include_usage":true}'],
      ])
      const expected = {
        ...JSON.parse(text),
        model: JSON.parse(json),
        stream_options: { include_usage: true },
      }
      expect(JSON.parse(editedBody(parsed, edits))).toEqual(expected)
    }),
  )
})

test('without a change to make, every byte stays', () => {
  fc.assert(
    fc.property(body, (value) => {
      const text = JSON.stringify(value, null, 2)
      expect(editedBody(parseJsonBody(Buffer.from(text)), new Map())).toBe(text)
    }),
  )
})

test('a field that is given twice is refused, however it is spelled', () => {
  for (const text of ['{"n":1,"n":2}', '{"n":1,"\\u006e":2}', '{"n":{"n":1},"m":[1,2],"n":2}']) {
    expect(() => parseJsonBody(Buffer.from(text))).toThrow("'n' is given twice")
  }
})
