/** Requests that are not right: the status and the OpenAI shape of each refusal. */

import { describe, expect, it } from 'vitest'
import { BODY_BYTES_MAX } from '../../src/sandbox/connection.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { countTokens } from '../../src/sandbox/tokens.ts'
import { ask, type RawRequest, readAll, send, withSandbox } from './harness.ts'

const sandbox = withSandbox()
const good = { model: 'sandbox-fast', messages: ask('hi') }

const cases: [string, number, RawRequest, object][] = [
  ['no key', 401, { headers: { authorization: '' }, body: good }, { code: 'invalid_api_key' }],
  ['an empty key', 401, { headers: { authorization: 'Bearer ' }, body: good }, {}],
  ['another scheme', 401, { headers: { authorization: 'Basic abc' }, body: good }, {}],
  ['malformed JSON', 400, { body: '{"model":' }, {}],
  ['no body', 400, {}, {}],
  ['a list', 400, { body: [] }, {}],
  ['no model', 400, { body: { messages: ask('hi') } }, { param: 'model' }],
  ['an unknown model', 404, { body: { ...good, model: 'gpt' } }, { code: 'model_not_found' }],
  ['an embedding model', 404, { body: { ...good, model: 'sandbox-embed' } }, { param: 'model' }],
  ['no messages', 400, { body: { model: 'sandbox-fast' } }, { param: 'messages' }],
  ['empty messages', 400, { body: { ...good, messages: [] } }, { param: 'messages' }],
  ['messages of text', 400, { body: { ...good, messages: ['hi'] } }, { param: 'messages' }],
  ['n of zero', 400, { body: { ...good, n: 0 } }, { param: 'n' }],
  ['n of a hundred', 400, { body: { ...good, n: 100 } }, { param: 'n' }],
  [
    'a fraction of a token',
    400,
    { body: { ...good, max_tokens: 1.5 } },
    { param: 'max_completion_tokens' },
  ],
  [
    'stream options without a stream',
    400,
    { body: { ...good, stream_options: { include_usage: true } } },
    { param: 'stream_options' },
  ],
  [
    'more than the context',
    400,
    { body: { ...good, messages: ask('word '.repeat(130_000)) } },
    { code: 'context_length_exceeded' },
  ],
  ['an unknown path', 404, { path: '/completions', body: good }, { code: 'unknown_url' }],
  ['another method', 404, { method: 'GET' }, { code: 'unknown_url' }],
  ['too large a body', 413, { body: 'x'.repeat(BODY_BYTES_MAX + 1) }, {}],
]

describe('a refusal', () => {
  it.each(cases)('answers %s with %i', async (_case, status, raw, error) => {
    const response = await send(sandbox.current, raw)
    expect(response.statusCode).toBe(status)
    const body = JSON.parse((await readAll(response)).text)
    expect(Object.keys(body)).toEqual(['error'])
    expect(Object.keys(body.error)).toEqual(['message', 'type', 'param', 'code'])
    expect(body.error).toMatchObject({ type: 'invalid_request_error', ...error })
  })

  it('charges nothing', async () => {
    const own = await startSandbox()
    for (const [, , raw] of cases) await readAll(await send(own, raw))
    expect(own.served()).toMatchObject({ requests: 0, inputTokens: 0, outputTokens: 0 })
    await own.close()
  })
})

describe('counting tokens', () => {
  it.each(['a', 'é', '😀', ' ', '!'])('stays fast on a long run of %j', (one) => {
    const startMs = performance.now()
    expect(countTokens(one.repeat(200_000))).toBeGreaterThan(1000)
    expect(performance.now() - startMs).toBeLessThan(5000)
  })
})
