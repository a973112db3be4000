/** POST /v1/responses by OpenAI's library: passed by, metered as any chat, and keeping nothing anywhere. */
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Clients, clientsOf } from './support/clients.ts'
import { type Stack, startStack, usageOf } from './support/stack.ts'

let stack: Stack
let clients: Clients
const served = ['openai', 'azure'] as const
const models = [
  'sandbox-fast',
  'sandbox-tools',
  'sandbox-error-event',
  'sandbox-cut',
  'sandbox-429',
]

beforeAll(async () => {
  stack = await startStack()
  clients = await clientsOf(stack, 'responses', models, ['openai', 'azure', 'anthropic'])
})
afterAll(() => stack.stop())

const tool = {
  type: 'function' as const,
  name: 'weather',
  strict: false,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
let calls = 0

test.each(served)('whole, streamed and with a tool, behind %s', async (format) => {
  const { openai } = clients
  const whole = await openai.responses.create({
    model: `${format}/sandbox-fast`,
    instructions: 'Be brief.',
    input: 'Say something.',
    max_output_tokens: 200,
  })
  expect(whole.output_text).toContain('sandbox')
  expect(whole.usage!.total_tokens).toBeGreaterThan(10)
  const stream = await openai.responses.create({
    model: `${format}/sandbox-fast`,
    input: [{ role: 'user', content: 'Say something.' }],
    stream: true,
  })
  let text = ''
  let last = ''
  for await (const event of stream) {
    if (event.type === 'response.output_text.delta') text += event.delta
    last = event.type
  }
  expect([text.includes('sandbox'), last]).toEqual([true, 'response.completed'])
  const first = await openai.responses.create({
    model: `${format}/sandbox-tools`,
    input: 'Weather?',
    tools: [tool],
  })
  const [call] = first.output
  if (call?.type !== 'function_call') throw new Error('No tool was called.')
  expect(JSON.parse(call.arguments)).toEqual({ city: 'sandbox' })
  const second = await openai.responses.create({
    model: `${format}/sandbox-tools`,
    input: [
      { role: 'user', content: 'Weather?' },
      call,
      { type: 'function_call_output', call_id: call.call_id, output: 'Rain.' },
    ],
    tools: [tool],
  })
  expect(second.output_text).toContain('sandbox')
  calls += 4
})

test('what is billed is what was served, to the nano', async () => {
  const rows = await usageOf(clients.world, calls)
  for (const format of served) {
    const own = rows.filter(({ modelName }) => modelName.startsWith(`${format}/`))
    const { inputTokens, outputTokens } = clients.served(format)
    const cost = own.reduce((sum, { costNanos }) => sum + costNanos, 0n)
    expect(cost).toBe(BigInt(inputTokens * 500 + outputTokens * 2_000))
  }
  expect(new Set(rows.map(({ numbersFrom }) => numbersFrom))).toEqual(new Set(['provider']))
})

test('a stream that breaks is an exception, and is billed for what was served', async () => {
  const before = clients.served('openai')
  for (const fault of ['sandbox-error-event', 'sandbox-cut']) {
    const stream = await clients.openai.responses.create({
      model: `openai/${fault}`,
      input: 'Break.',
      stream: true,
    })
    const seen: string[] = []
    const read = async () => {
      for await (const event of stream) seen.push(event.type)
    }
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError)
    expect(seen).toContain('response.output_text.delta')
    expect(seen).not.toContain('response.completed')
  }
  const limited = { model: 'openai/sandbox-429', input: 'x' }
  await expect(clients.openai.responses.create(limited)).rejects.toBeInstanceOf(
    OpenAI.RateLimitError,
  )
  const rows = (await usageOf(clients.world, calls + 3)).slice(calls)
  const { outputTokens } = clients.served('openai')
  const billed = rows.reduce((sum, row) => sum + Number(row.outputTokens), 0)
  expect(billed).toBe(outputTokens - before.outputTokens)
})

test('what would be kept, run elsewhere or not be priced is refused by its name', async () => {
  const { inputTokens } = clients.served('openai')
  const cases: [object, string][] = [
    [{ store: true }, 'store'],
    [{ previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ conversation: 'conv_1' }, 'conversation'],
    [{ tools: [{ type: 'web_search' }] }, 'tools.0'],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input'],
    [{ service_tier: 'priority' }, 'service_tier'],
    [{ max_output_tokens: -1 }, 'max_output_tokens'],
  ]
  for (const [more, param] of cases) {
    const request = { model: 'openai/sandbox-fast', input: 'x', ...more }
    const error = await clients.openai.responses.create(request as never).catch((e) => e)
    expect([param, error.status, error.param]).toEqual([param, 400, param])
  }
  const other = { model: 'anthropic/sandbox-fast', input: 'x' }
  const error = await clients.openai.responses.create(other).catch((thrown) => thrown)
  expect([error.status, error.code]).toEqual([400, 'model_type_differs'])
  expect(clients.served('openai').inputTokens).toBe(inputTokens)
})
