/** What an attempt is billed, by how it ended: the provider's policy where the client left. */
import { formatId, type PriceVersion, type UpstreamFailure } from '@commonhold/core'
import { describe, expect, test } from 'vitest'
import { newUuid } from '../../src/crypto/new-id.ts'
import { parseJsonBody } from '../../src/gateway/admission/json-body.ts'
import { Failure } from '../../src/gateway/call/failure.ts'
import type { AttemptFacts } from '../../src/gateway/ledger/attempt.ts'
import type { ClientGonePolicy } from '../../src/gateway/providers/provider.ts'
import { type Attempted, resultOf } from '../../src/gateway/serve/settle.ts'
import type { RelayEnd } from '../../src/gateway/upstream/relay.ts'

const price: PriceVersion = {
  id: formatId('prc', newUuid()),
  freshInputNanosPerMillion: 1_000_000n,
  cachedInputNanosPerMillion: 500_000n,
  cacheWriteNanosPerMillion: 1_000_000n,
  outputNanosPerMillion: 10_000_000n,
  perRequestNanos: 0n,
  tiers: [],
}
const body = parseJsonBody(Buffer.from('{"messages":[{"role":"user","content":"hello"}]}'))
/** 3 for the answer, 3 for the message, 1 for its role and 1 for its text. */
const inputTokens = 8

function attempted(policy: ClientGonePolicy): Attempted {
  const facts = {
    markupPpm: '0',
    heldNanos: '5000',
    heldInputTokens: 100,
    heldOutputTokens: 200,
    heldRequests: 1,
  } as AttemptFacts
  const hold = { leases: [], open: true } as unknown as Attempted['hold']
  return { facts, hold, price, route: 'chat', body, policy }
}

const complete: RelayEnd = {
  failure: null,
  status: 200,
  refusal: null,
  aborted: null,
  wasSent: true,
  hasBegun: true,
  usage: null,
  begunWith: null,
  written: { text: '', scale: 1 },
  whole: null,
}
const left: RelayEnd = {
  ...complete,
  failure: 'client_gone',
  aborted: new Failure('client_gone', 'The client left.'),
}

async function billed(end: RelayEnd, policy: ClientGonePolicy = 'bill_estimate') {
  const { status, numbersFrom, costNanos } = await resultOf(attempted(policy), end, 1)
  return [status, numbersFrom, costNanos]
}

describe('T59: a client that leaves', () => {
  test('before any output pays for the input, or for nothing: whichever the provider declares', async () => {
    const end = { ...left, hasBegun: false }
    expect(await billed(end)).toEqual(['cancelled', 'estimate', String(inputTokens)])
    expect(await billed(end, 'bill_estimate_after_output')).toEqual(['cancelled', 'estimate', '0'])
  })

  test('after some output pays for both', async () => {
    const end = { ...left, written: { text: 'one two', scale: 1 } }
    for (const policy of ['bill_estimate', 'bill_estimate_after_output'] as const) {
      expect(await billed(end, policy)).toEqual(['cancelled', 'estimate', String(inputTokens + 20)])
    }
  })

  test('before its request was sent pays nothing', async () => {
    const end = { ...left, hasBegun: false, wasSent: false }
    expect(await billed(end)).toEqual(['cancelled', 'estimate', '0'])
  })
})

describe('an attempt that failed before any output', () => {
  const failed = (failure: UpstreamFailure) => billed({ ...complete, failure, hasBegun: false })

  test('costs nothing where the failure proves that nothing was consumed', async () => {
    for (const failure of ['not_connected', 'rate_limited', 'internal_error'] as const) {
      expect(await failed(failure)).toEqual(['error', 'estimate', '0'])
    }
  })

  test('is unknown, and charged at its worst case, where it proves nothing', async () => {
    for (const failure of ['timed_out', 'connection_lost', 'gateway_error'] as const) {
      expect(await failed(failure)).toEqual(['unknown', 'worst-case', '5000'])
    }
  })
})

test('a usage that can not be one is unknown, and never money', async () => {
  const end: RelayEnd = { ...complete, usage: { kind: 'unreadable' } }
  expect(await billed(end)).toEqual(['unknown', 'worst-case', '5000'])
})

test('cached input is priced as such', async () => {
  const usage = {
    freshInputTokens: 10,
    cachedInputTokens: 10,
    cacheWriteTokens: 0,
    outputTokens: 1,
  }
  expect(await billed({ ...complete, usage: { kind: 'reported', usage } })).toEqual([
    'ok',
    'provider',
    '25',
  ])
})
