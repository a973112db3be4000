/** What the sandbox's tests share: one server per file, the unmodified SDK, and raw requests. */

import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import OpenAI from 'openai'
import { afterAll, beforeAll } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'

/** Starts a sandbox before the tests of a file and stops it after them. */
export function withSandbox(): { readonly current: Sandbox } {
  let sandbox: Sandbox | undefined
  beforeAll(async () => {
    sandbox = await startSandbox()
  })
  afterAll(async () => {
    await sandbox?.close()
  })
  return {
    get current() {
      if (!sandbox) throw new Error('The sandbox runs during tests only.')
      return sandbox
    },
  }
}

export function client(sandbox: Sandbox, apiKey = 'any-key'): OpenAI {
  return new OpenAI({ baseURL: sandbox.url, apiKey, maxRetries: 0 })
}

export const ask = (content: string) => [{ role: 'user' as const, content }]

export type RawRequest = {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Sends a request and resolves with the response as soon as its head is there. */
export async function send(sandbox: Sandbox, raw: RawRequest = {}): Promise<IncomingMessage> {
  const { method = 'POST', path = '/chat/completions', headers, body } = raw
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const outgoing = request(`${sandbox.url}${path}`, {
    method,
    headers: { authorization: 'Bearer raw-key', 'content-type': 'application/json', ...headers },
    agent: false,
  })
  outgoing.end(body === undefined ? undefined : text)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  return response
}

/** Reads to the end, or to where the connection broke. */
export async function readAll(response: IncomingMessage) {
  let text = ''
  let isBroken = false
  response.setEncoding('utf8')
  try {
    for await (const chunk of response) text += chunk
  } catch {
    isBroken = true
  }
  return { text, isBroken }
}

/** The data of each server-sent event. */
export function events(text: string): string[] {
  return text.split('\n\n').flatMap((event) => (event.startsWith('data: ') ? [event.slice(6)] : []))
}
