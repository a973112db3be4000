/** Requests as no client would make them, and what has to be true of every answer to one. */
import { request } from 'node:http'
import { expect } from 'vitest'
import type { Person } from '../support/people.ts'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** The body as JSON; an empty object where it is none. */
  readonly body: Problem
}

/** What tests look into. */
export interface Problem {
  readonly code?: string
  readonly detail?: string
  readonly errors?: readonly { pointer: string; rule: string; message: string }[]
  readonly error?: { message: string; type: string; code: string; param: string | null }
  readonly id?: string
  readonly secret?: string
  readonly items?: readonly { id: string; name: string }[]
  readonly nextCursor?: string | null
  readonly total?: number
}

export interface RawRequest {
  readonly method?: string
  /** As it is: nothing is encoded or tidied. */
  readonly path: string
  readonly who?: Person | null
  readonly headers?: Readonly<Record<string, string>>
  /** Text and bytes are sent as they are, everything else as JSON. */
  readonly body?: unknown
}

/** node:http, because fetch would mend half of what is sent here. */
export function send(url: string, asked: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  const { method = 'GET', path, who = null, body } = asked
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  const bytes = body === undefined ? null : isRaw ? body : JSON.stringify(body)
  const headers = {
    ...(who?.headers ?? {}),
    ...(bytes === null
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes) }),
    ...asked.headers,
  }
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: answer.statusCode!, headers: answer.headers, text, body: parsed(text) })
      })
    })
    sent.on('error', reject)
    sent.end(bytes)
  })
}

function parsed(text: string): Problem {
  try {
    return JSON.parse(text) as Problem
  } catch {
    return {}
  }
}

/** A refusal of the control plane: problem+json of a known code, nothing of the inside in it. */
export function expectProblem(
  answer: RawAnswer,
  status: number | readonly number[],
  code?: string,
) {
  expect([status].flat(), answer.text).toContain(answer.status)
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  if (code !== undefined) expect(answer.body.code, answer.text).toBe(code)
  expectNothingLeaks(answer)
}

/** A refusal of the gateway, as OpenAI's clients read it. */
export function expectOpenAiError(answer: RawAnswer, status: number, code?: string) {
  expect(answer.status, answer.text).toBe(status)
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
  const { error } = answer.body
  expect(Object.keys(error ?? {}).sort()).toEqual(['code', 'message', 'param', 'type'])
  if (code !== undefined) expect(error!.code).toBe(code)
  expectNothingLeaks(answer)
}

function expectNothingLeaks({ text }: RawAnswer) {
  expect(text).not.toMatch(
    /node_modules|\.ts:\d|\bat \S+ \(|select |insert into|violates|relation "/,
  )
}
