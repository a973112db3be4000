/** The program itself, as a shell runs it. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { closedUrl, problem, startServer } from '../../sdk/test/support/server.ts'

const program = fileURLToPath(new URL('../bin/commonhold.mjs', import.meta.url))

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function ended(args: readonly string[], env: Record<string, string>, input = '') {
  const home = await mkdtemp(join(tmpdir(), 'commonhold-bin-'))
  try {
    return await new Promise<Ended>((resolve) => {
      const all = { PATH: process.env.PATH, HOME: home, ...env }
      const child = execFile(process.execPath, [program, ...args], { env: all }, (_, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      )
      child.stdin!.end(input)
    })
  } finally {
    await rm(home, { recursive: true })
  }
}

test('prints JSON that another program can read', async () => {
  await using server = await startServer(() => ({ status: 200, body: { name: 'team1' } }))
  const env = { COMMONHOLD_URL: server.url }
  const { code, out, err } = await ended(['team', 'get', 'team1', '--json'], env)
  expect({ code, err, answer: JSON.parse(out) }).toEqual({
    code: 0,
    err: '',
    answer: { name: 'team1' },
  })
})

test('reads a secret from a pipe', async () => {
  await using server = await startServer(() => ({ status: 201, body: { name: 's1' } }))
  const args = ['secret', 'create', '--name', 's1', '--secret-group', 'g1', '--value-stdin']
  expect((await ended(args, { COMMONHOLD_URL: server.url }, 'two\nlines\n')).code).toBe(0)
  expect(JSON.parse(server.received[0]!.body)).toMatchObject({ value: 'two\nlines' })
})

test('ends with the exit code of what happened', async () => {
  await using server = await startServer(() => problem(404, 'not_found'))
  expect(await ended(['team', 'get', 't1'], { COMMONHOLD_URL: server.url })).toMatchObject({
    code: 1,
    out: '',
  })
  expect((await ended(['team', 'get'], {})).code).toBe(2)
  expect((await ended(['team', 'list'], { COMMONHOLD_URL: await closedUrl() })).code).toBe(3)
  expect((await ended(['--version'], {})).out).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('ends in silence when nobody reads on', async () => {
  // More than a pipe holds.
  const body = { name: 'team1', displayName: 'x'.repeat(1_000_000) }
  await using server = await startServer(() => ({ status: 200, body }))
  const command = `"${process.execPath}" "${program}" team get team1 --json | head -c 1`
  const env = { PATH: process.env.PATH, COMMONHOLD_URL: server.url }
  const said = await new Promise<[string, string]>((resolve) => {
    execFile('/bin/sh', ['-c', command], { env }, (_, out, err) => resolve([out, err]))
  })
  expect(said).toEqual(['{', ''])
})
