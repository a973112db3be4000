/** What a target's overrides make of a request's body. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJsonBody } from '../../src/gateway/admission/json-body.ts'
import type { MeteredRoute } from '../../src/gateway/providers/provider.ts'
import { overriddenBody } from '../../src/gateway/serve/overridden-body.ts'
import type { Overrides } from '../../src/gateway/snapshot/entries.ts'

const body = (text: string) => parseJsonBody(Buffer.from(text))

function overridden(
  route: MeteredRoute,
  given: object,
  overrides: Overrides,
  knowsNewerLimit = true,
) {
  return overriddenBody(body(JSON.stringify(given)), route, overrides, knowsNewerLimit).value
}

describe('parameters of a target', () => {
  test.each<[MeteredRoute, Overrides, object, object]>([
    ['chat', { temperature: 0 }, {}, { temperature: 0 }],
    ['chat', { temperature: null }, { temperature: 1, n: 1 }, { n: 1 }],
    ['chat', { topP: 0.5 }, { top_p: 1 }, { top_p: 0.5 }],
    ['chat', { reasoningEffort: 'low' }, {}, { reasoning_effort: 'low' }],
    [
      'responses',
      { reasoningEffort: 'low' },
      { reasoning: { summary: 'auto' } },
      { reasoning: { summary: 'auto', effort: 'low' } },
    ],
    ['responses', { reasoningEffort: null }, { reasoning: { effort: 'high' } }, {}],
    ['messages', { reasoningEffort: 'low' }, {}, { output_config: { effort: 'low' } }],
    [
      'messages',
      { reasoningEffort: null },
      { output_config: { effort: 'low', format: {} } },
      { output_config: { format: {} } },
    ],
    [
      'messages',
      { reasoningEffort: null },
      { output_config: { format: {} } },
      { output_config: { format: {} } },
    ],
    ['chat', { serviceTier: 'flex' }, {}, { service_tier: 'flex' }],
    ['messages', { serviceTier: 'default' }, {}, { service_tier: 'standard_only' }],
    ['messages', { serviceTier: 'flex' }, { service_tier: 'auto' }, { service_tier: 'auto' }],
    ['chat', { outputTokensMax: 5 }, {}, { max_completion_tokens: 5 }],
    ['chat', { outputTokensMax: 5 }, { max_tokens: 9 }, { max_tokens: 5 }],
    ['chat', { outputTokensMax: 5 }, { max_tokens: 3 }, { max_tokens: 3 }],
    [
      'chat',
      { outputTokensMax: 5 },
      { max_tokens: 9, max_completion_tokens: 4 },
      { max_tokens: 5, max_completion_tokens: 4 },
    ],
    ['chat', { outputTokensMax: 5 }, { max_tokens: 'many' }, { max_tokens: 'many' }],
    ['chat', { outputTokens: 7 }, { max_tokens: 3 }, { max_tokens: 7 }],
    ['messages', { outputTokensMax: 5 }, { max_tokens: 9 }, { max_tokens: 5 }],
    ['responses', { outputTokensMax: 5 }, {}, { max_output_tokens: 5 }],
    ['embeddings', { outputTokensMax: 5, temperature: 0 }, { input: 'x' }, { input: 'x' }],
  ])('%s %o of %o is %o', (route, overrides, given, expected) => {
    expect(overridden(route, given, overrides)).toEqual(expected)
  })

  test('go by the older name of the limit to servers that know no other', () => {
    expect(overridden('chat', {}, { outputTokensMax: 5 }, false)).toEqual({ max_tokens: 5 })
  })

  test('leave all else as it was typed, and the very same body where nothing changes', () => {
    const text = '{ "seed" : 12345678901234567890, "temperature":1 ,"model" : "a\\"b" , "top_p":2}'
    const changed = overriddenBody(body(text), 'chat', { topP: null, temperature: null }, true)
    expect(changed.text).toBe('{ "seed" : 12345678901234567890, "model" : "a\\"b" }')
    const same = body(text)
    expect(overriddenBody(same, 'chat', {}, true)).toBe(same)
    expect(overriddenBody(same, 'messages', { serviceTier: 'flex' }, true)).toBe(same)
    expect(overriddenBody(same, 'rerank', { temperature: 1 }, true)).toBe(same)
  })

  const value = fc.jsonValue({ maxDepth: 2 })
  const anyBody = fc.dictionary(
    fc.oneof(fc.constantFrom('temperature', 'top_p', 'service_tier'), fc.string()),
    value,
    { maxKeys: 8 },
  )
  const choice = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })
  const anyOverrides = fc.record({
    temperature: choice(fc.constantFrom(null, 0, 1)),
    topP: choice(fc.constantFrom(null, 0.5)),
    serviceTier: choice(fc.constantFrom(null, 'flex')),
  })

  test('are what an object would have with them, whatever else is in it and however it is written', () => {
    fc.assert(
      fc.property(anyBody, anyOverrides, fc.nat(3), (given, overrides, indent) => {
        const text = JSON.stringify(given, null, indent)
        const asked = overriddenBody(body(text), 'chat', overrides as Overrides, true)
        const expected: Record<string, unknown> = JSON.parse(text)
        const { temperature, topP, serviceTier } = overrides
        const put = (name: string, to: unknown) => {
          if (to === null) delete expected[name]
          else if (to !== undefined) expected[name] = to
        }
        put('temperature', temperature)
        put('top_p', topP)
        put('service_tier', serviceTier)
        expect(asked.value).toEqual(expected)
        expect(JSON.parse(asked.text)).toEqual(expected)
      }),
    )
  })
})
