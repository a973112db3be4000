/** Embeddings by the sandbox, through the unmodified SDK, which asks for base64 by default. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { embed } from '../../src/sandbox/embeddings.ts'
import { encodeTokens } from '../../src/sandbox/tokens.ts'
import { client, withSandbox } from './harness.ts'

const sandbox = withSandbox()
const model = 'sandbox-embed'
const dot = (left: readonly number[], right: readonly number[]) =>
  left.reduce((sum, value, index) => sum + value * right[index]!, 0)

async function vectors(input: string[], more: { encoding_format?: 'float' } = {}) {
  const { data } = await client(sandbox.current).embeddings.create({ model, input, ...more })
  return data.map(({ embedding }) => embedding) as [number[], number[], number[]]
}

describe('embeddings', () => {
  it('are the same in base64 and in numbers, and of length one', async () => {
    const [fromBase64] = await vectors(['hello world'])
    const [fromFloat] = await vectors(['hello world'], { encoding_format: 'float' })
    expect(fromBase64).toHaveLength(256)
    expect([...fromBase64]).toEqual(fromFloat)
    expect(dot(fromFloat, fromFloat)).toBeCloseTo(1, 5)
  })

  it('are near for texts that share words', async () => {
    const [cat, other, far] = await vectors([
      'the cat sat on the mat',
      'a cat lay on the mat',
      'quarterly revenue grew nine percent',
    ])
    expect(dot(cat, other)).toBeGreaterThan(dot(cat, far) + 0.2)
  })

  it('have the dimensions that were asked for, and count the tokens of their input', async () => {
    const answer = await client(sandbox.current).embeddings.create({
      model,
      input: ['one two', 'three'],
      dimensions: 64,
    })
    expect(answer.data.map(({ embedding }) => embedding.length)).toEqual([64, 64])
    expect(answer.data.map(({ index }) => index)).toEqual([0, 1])
    expect(answer.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 })
  })

  it('take token ids in place of text', async () => {
    const input = encodeTokens('hello world')
    const { data } = await client(sandbox.current).embeddings.create({ model, input })
    expect([...data[0]!.embedding]).toEqual([...(await vectors(['hello world']))[0]])
  })

  it.each([
    ['an empty text', { model, input: '' }],
    ['no text', { model, input: [] }],
    ['too many dimensions', { model, input: 'a', dimensions: 100_000 }],
    ['too long a text', { model, input: 'word '.repeat(9000) }],
  ])('refuse %s with 400', async (_case, body) => {
    const refused = client(sandbox.current).embeddings.create(body)
    await expect(refused).rejects.toMatchObject({ status: 400 })
  })

  it('refuse a chat model with 404', async () => {
    const refused = client(sandbox.current).embeddings.create({ model: 'sandbox-fast', input: 'a' })
    await expect(refused).rejects.toMatchObject({ status: 404, param: 'model' })
  })
})

describe('embed', () => {
  it('gives a unit vector for any tokens in any number of dimensions', () => {
    const tokens = fc.array(fc.nat({ max: 200_000 }), { maxLength: 50 })
    fc.assert(
      fc.property(tokens, fc.integer({ min: 1, max: 300 }), (list, dimensions) => {
        const vector = [...embed(list, dimensions)]
        expect(dot(vector, vector)).toBeCloseTo(1, 4)
      }),
    )
  })
})
