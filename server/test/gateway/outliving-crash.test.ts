/** kill -9 while a batch and a response in the background run: they go on, and are billed once to the nano. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import OpenAI, { toFile } from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, poolOf, type Stack, startStack, usageOf } from './support/stack.ts'

const childPath = fileURLToPath(new URL('./support/gateway-child.ts', import.meta.url))
const journalDirectory = mkdtempSync(join(tmpdir(), 'commonhold-outliving-'))
const running = new Set<() => void>()

/** For its database and its sandbox: what is killed are processes of their own. */
let stack: Stack
beforeAll(async () => {
  stack = await startStack()
  await stack.first.stop()
})
afterAll(async () => {
  for (const kill of running) kill()
  await stack.stop()
  rmSync(journalDirectory, { recursive: true, force: true })
})

async function start() {
  const args = [childPath, stack.files.appUrl, stack.sandbox.url, journalDirectory, '5']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const end = () => void child.kill('SIGKILL')
  running.add(end)
  const [port] = await once(createInterface({ input: child.stdout! }), 'line')
  return {
    url: `http://127.0.0.1:${port}/v1`,
    kill: async () => {
      const exited = once(child, 'exit')
      end()
      await exited
      running.delete(end)
    },
  }
}

test('a batch and a response that run when every gateway dies are billed once, from their results', async () => {
  const world = await stack.world('outliving')
  const { rootId } = world
  const provider = await world.providerAccount(rootId, 'sandbox')
  await world.model(rootId, provider, 'sandbox-slow')
  const agent = await world.virtualAccount(rootId, 'agent')
  await world.grant(rootId, { principal: agent }, ['model:use'])
  const { text: apiKey } = await world.token(rootId, agent)
  const budget = await world.budget(rootId, 'all', 10n ** 9n)
  const model = 'sandbox/sandbox-slow'

  const first = await start()
  const before = new OpenAI({ baseURL: first.url, apiKey, maxRetries: 0 })
  const line = (at: number) => ({
    custom_id: `line-${at}`,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model, messages: [{ role: 'user', content: `Line ${at}.` }], max_tokens: 20 },
  })
  const lines = [0, 1, 2].map((at) => JSON.stringify(line(at))).join('\n')
  const file = await before.files.create({
    file: await toFile(Buffer.from(lines), 'in.jsonl'),
    purpose: 'batch',
  })
  const batch = await before.batches.create({
    input_file_id: file.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  })
  const response = await before.responses.create({
    model,
    input: 'Slowly.',
    max_output_tokens: 200,
    background: true,
  })
  expect([batch.status, response.status]).toEqual(['in_progress', 'in_progress'])
  await first.kill()
  const held = (await poolOf(world, budget))!
  expect(held.settled).toBe(0n)
  expect(held.leased).toBeGreaterThan(0n)

  const second = await start()
  const after = new OpenAI({ baseURL: second.url, apiKey, maxRetries: 0 })
  await eventually('both are over', async () => {
    const one = await after.batches.retrieve(batch.id)
    const other = await after.responses.retrieve(response.id)
    return one.status === 'completed' && other.status === 'completed'
  })
  const rows = await usageOf(world, 2)
  expect(rows.map(({ status, numbersFrom }) => [status, numbersFrom])).toEqual([
    ['ok', 'provider'],
    ['ok', 'provider'],
  ])
  const served = stack.sandbox.served().byKey.get(`sandbox-${world.tenantId}`)!
  expect(served.requests).toBe(4)
  const batchRow = rows.find(({ metadata }) => 'batch' in metadata)!
  const responseRow = rows.find(({ metadata }) => 'response' in metadata)!
  const tokens = rows.reduce((sum, row) => sum + Number(row.inputTokens + row.outputTokens), 0)
  expect(tokens).toBe(served.inputTokens + served.outputTokens)
  for (const row of [batchRow, responseRow]) {
    const { inputTokens, outputTokens, costNanos } = row
    expect(costNanos).toBe(inputTokens * 500n + outputTokens * 2_000n)
  }
  const settled = batchRow.costNanos + responseRow.costNanos
  await eventually(
    'nothing is held any more',
    async () => (await poolOf(world, budget))!.leased === 0n,
  )
  expect((await poolOf(world, budget))!.settled).toBe(settled)
  await second.kill()
})
