/** The guide's function that checks a signature, taken from the guide: it knows ours, and no other. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newSigningSecret, signedHeaders } from '../../src/outgoing/webhook-signature.ts'

type IsGenuine = (secret: string, headers: Record<string, string>, body: string) => boolean

let directory: string
let isGenuine: IsGenuine

beforeAll(async () => {
  const guide = await readFile(new URL('../../../docs/guides/alerts.md', import.meta.url), 'utf8')
  const [, code] = /```js\n([\s\S]*?)```/.exec(guide)!
  directory = await mkdtemp(join(tmpdir(), 'alerts-guide-'))
  const file = join(directory, 'is-genuine.mjs')
  await writeFile(file, code!)
  isGenuine = ((await import(pathToFileURL(file).href)) as { isGenuine: IsGenuine }).isGenuine
})
afterAll(() => rm(directory, { recursive: true }))

const secretOf = (byte: number) => newSigningSecret((count) => Buffer.alloc(count, byte))
const nowSeconds = () => Math.floor(Date.now() / 1_000)
const body = '{"type":"webhook.test"}'

test('a message of ours is genuine, also while two secrets sign it', () => {
  const [old, next] = [secretOf(1), secretOf(2)]
  expect(isGenuine(next, signedHeaders([next], 'dlv_1', nowSeconds(), body), body)).toBe(true)
  const both = signedHeaders([next, old], 'dlv_1', nowSeconds(), body)
  expect([isGenuine(old, both, body), isGenuine(next, both, body)]).toEqual([true, true])
})

test('what was changed, signed by another or kept for long is not', () => {
  const secret = secretOf(1)
  const headers = signedHeaders([secret], 'dlv_1', nowSeconds(), body)
  expect(isGenuine(secret, headers, body.replace('test', 'best'))).toBe(false)
  expect(isGenuine(secret, { ...headers, 'webhook-id': 'dlv_2' }, body)).toBe(false)
  expect(isGenuine(secretOf(3), headers, body)).toBe(false)
  const old = signedHeaders([secret], 'dlv_1', nowSeconds() - 3_600, body)
  expect(isGenuine(secret, old, body)).toBe(false)
})
