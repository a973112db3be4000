import { describe, expect, test } from 'vitest'
import {
  failureOfStatus,
  fallbackReasons,
  mayFailOver,
  type UpstreamFailure,
  upstreamFailures,
} from '../src/upstream-failure.ts'

describe('failover', () => {
  const failures = Object.keys(upstreamFailures) as UpstreamFailure[]

  test('never happens once the client has seen a byte', () => {
    expect(failures.filter((failure) => mayFailOver(failure, true))).toEqual([])
  })

  test('happens before the first byte unless the request or the client is the reason', () => {
    expect(failures.filter((failure) => !mayFailOver(failure, false))).toEqual([
      'request_refused',
      'content_refused',
      'client_gone',
    ])
  })

  test('happens for an error that comes as the first event of a stream (T69)', () => {
    expect(mayFailOver('error_as_first_event', false)).toBe(true)
  })

  test('happens for what a virtual model names and for nothing else', () => {
    const on = new Set(['rate_limited', '500', 'request_refused'])
    expect(mayFailOver('rate_limited', false, 429, on)).toBe(true)
    expect(mayFailOver('internal_error', false, 500, on)).toBe(true)
    expect(mayFailOver('request_refused', false, 400, on)).toBe(true)
    expect(mayFailOver('overloaded', false, 503, on)).toBe(false)
    expect(mayFailOver('timed_out', false, 0, on)).toBe(false)
    expect(mayFailOver('rate_limited', false, 429, new Set())).toBe(false)
  })

  test('can not be asked for where it would be unsafe', () => {
    const everything = new Set([...failures, '0', '200', '429'])
    expect(failures.filter((failure) => mayFailOver(failure, true, 429, everything))).toEqual([])
    expect(mayFailOver('client_gone', false, 429, everything)).toBe(false)
    expect(fallbackReasons).not.toContain('client_gone')
  })

  test('is not tried again where the same target would say the same', () => {
    const never = failures.filter((failure) => !upstreamFailures[failure].tryAgain)
    expect(never).toEqual([
      'credential_refused',
      'model_not_found',
      'request_refused',
      'content_refused',
      'client_gone',
    ])
  })

  test('leaves the hold in place where nothing proves that nothing was consumed', () => {
    const kept = failures.filter((failure) => !upstreamFailures[failure].provesNothingConsumed)
    expect(kept).toEqual([
      'gateway_error',
      'timed_out',
      'connection_lost',
      'malformed_answer',
      'content_refused',
      'client_gone',
    ])
  })

  test.each<[number, UpstreamFailure | null]>([
    [200, null],
    [299, null],
    [302, 'malformed_answer'],
    [400, 'request_refused'],
    [401, 'credential_refused'],
    [403, 'credential_refused'],
    [404, 'model_not_found'],
    [413, 'request_refused'],
    [422, 'request_refused'],
    [429, 'rate_limited'],
    [500, 'internal_error'],
    [502, 'gateway_error'],
    [503, 'overloaded'],
    [504, 'timed_out'],
    [524, 'gateway_error'],
    [529, 'overloaded'],
  ])('takes status %s for %s', (status, failure) => {
    expect(failureOfStatus(status)).toBe(failure)
  })
})
