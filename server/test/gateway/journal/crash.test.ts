/**
 * kill -9 of a real process at arbitrary points. Whatever the process had said to be durable is
 * found by the next one, exactly once: outcomes either shipped or waiting, intents either settled or
 * open. The same directory goes through every life, so that recovery itself is killed as well.
 */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { open, temporaryDirectory } from './harness.ts'
import { ids } from './records.ts'

const CHILD = join(import.meta.dirname, 'crash-child.ts')

/** Lines after which each life is killed; the first ones die while they are still opening. */
const LINES_BEFORE_KILL = [0, 1, 3, 40, 333, 1000, 2500, 0, 5000, 77]

describe('kill -9', () => {
  it('loses nothing and doubles nothing', { timeout: 60_000 }, async () => {
    const directory = await temporaryDirectory()
    const said = { intent: new Set<string>(), outcome: new Set<string>(), shipped: [''] }
    for (const [life, lines] of LINES_BEFORE_KILL.entries()) {
      for (const line of await liveAndDie(directory, `life${life}`, lines)) {
        const [verb, id] = line.split(' ') as [string, string]
        if (verb === 'intent' || verb === 'outcome') said[verb].add(id)
        if (verb === 'shipped') said.shipped.push(id)
      }
    }
    const { recovered } = await open(directory)
    expect(recovered.damage.filter(({ kind }) => kind === 'corrupt')).toEqual([])

    const waiting = ids(recovered.outcomesUnacknowledged)
    const openIds = ids(recovered.intentsOpen)
    expect(new Set(waiting).size).toBe(waiting.length)
    expect(new Set(openIds).size).toBe(openIds.length)
    const settled = new Set([...waiting, ...said.shipped])
    expect([...said.outcome].filter((id) => !settled.has(id))).toEqual([])
    const known = new Set([...settled, ...openIds])
    expect([...said.intent].filter((id) => !known.has(id))).toEqual([])
    expect(openIds.filter((id) => settled.has(id))).toEqual([])
    expect(said.outcome.size).toBeGreaterThan(1000)
  })
})

/** Runs the child until it printed so many lines, kills it, and returns what it had printed. */
function liveAndDie(directory: string, life: string, lines: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, directory, life], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    let count = 0
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      count += chunk.split('\n').length - 1
      if (count > lines) child.kill('SIGKILL')
    })
    child.on('error', reject)
    child.on('close', (code) => {
      // Only whole lines were said; a child that ended by itself has a fault of its own.
      if (code !== null) reject(new Error(`The child ended with code ${code}.`))
      else resolve(text.split('\n').slice(0, -1))
    })
  })
}
