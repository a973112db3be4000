/** The cache of answers stays within its bounds, and gives no answer that is too old. */
import type { Id } from '@commonhold/core'
import { expect, test } from 'vitest'
import {
  AnswerCache,
  type CachedAnswer,
  cacheBytesMax,
  cachedAnswerBytesMax,
} from '../../src/gateway/answer-cache/answer-cache.ts'

const answer = (bytes: number, keptAtMs = 0): CachedAnswer => ({
  modelId: 'mdl_1' as Id<'mdl'>,
  headers: {},
  body: Buffer.alloc(bytes),
  isStream: false,
  keptAtMs,
})

test('the longest unused goes first when there is no room', () => {
  const cache = new AnswerCache()
  const count = cacheBytesMax / cachedAnswerBytesMax
  for (let i = 0; i < count; i++) cache.keep(`${i}`, answer(cachedAnswerBytesMax))
  expect(cache.stats).toMatchObject({ answers: count, bytes: cacheBytesMax })
  expect(cache.find('0', 0, 1)).not.toBeNull()
  cache.keep('new', answer(1))
  expect(cache.find('0', 0, 1)).not.toBeNull()
  expect(cache.find('1', 0, 1)).toBeNull()
  expect(cache.stats.bytes).toBeLessThanOrEqual(cacheBytesMax)
})

test('an answer that is kept anew, too large or too old counts no byte twice', () => {
  const cache = new AnswerCache()
  cache.keep('a', answer(10))
  cache.keep('a', answer(20))
  cache.keep('b', answer(cachedAnswerBytesMax + 1))
  expect(cache.stats).toMatchObject({ answers: 1, bytes: 20 })
  expect(cache.find('a', 1_001, 1_000)).toBeNull()
  expect(cache.stats).toMatchObject({ answers: 0, bytes: 0, hits: 0, misses: 1 })
})
