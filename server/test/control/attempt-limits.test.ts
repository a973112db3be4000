/** The counters behind sign-in limits, on a clock of the test's. */
import { Refusal } from '@commonhold/contract'
import { expect, test } from 'vitest'
import {
  addressLimit,
  attemptWindowSeconds,
  countAttempt,
} from '../../src/control/attempt-limits.ts'
import type { Services } from '../../src/control/services.ts'

/** The counters are kept per services and read nothing of them. */
const fresh = () => ({}) as Services
const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1_000)
const max = 3
const limit = (address: string) => [addressLimit('sign-in', address, max)]

function refusal(attempt: () => unknown): Refusal | null {
  try {
    attempt()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

test('an address is stopped after its attempts, and others go on', () => {
  const services = fresh()
  for (let i = 0; i < max; i++) countAttempt(services, limit('203.0.113.7'), at(i))
  const stopped = refusal(() => countAttempt(services, limit('203.0.113.7'), at(max)))
  expect(stopped?.code).toBe('too_many_requests')
  expect(refusal(() => countAttempt(services, limit('203.0.113.8'), at(max)))).toBeNull()
})

test('the window slides: the oldest attempt makes room when it is old enough, and not before', () => {
  const services = fresh()
  const address = '203.0.113.7'
  for (const second of [0, 100, 200]) countAttempt(services, limit(address), at(second))
  const early = refusal(() => countAttempt(services, limit(address), at(attemptWindowSeconds - 30)))
  expect(early?.retryAfterSeconds).toBe(30)
  expect(refusal(() => countAttempt(services, limit(address), at(attemptWindowSeconds)))).toBeNull()
  const next = refusal(() => countAttempt(services, limit(address), at(attemptWindowSeconds + 1)))
  expect(next?.retryAfterSeconds).toBe(99)
})

test('a success is not counted, and does not forgive the failures of others', () => {
  const services = fresh()
  const address = '203.0.113.7'
  for (let i = 0; i < max - 1; i++) countAttempt(services, limit(address), at(i))
  for (let i = 0; i < 10; i++) countAttempt(services, limit(address), at(10 + i))()
  countAttempt(services, limit(address), at(30))
  expect(refusal(() => countAttempt(services, limit(address), at(31)))).not.toBeNull()
})

test('attempts under way count, so that many at once are no way around', () => {
  const services = fresh()
  const address = '203.0.113.7'
  const results = Array.from({ length: 20 }, () =>
    refusal(() => countAttempt(services, limit(address), at(0))),
  )
  expect(results.filter((one) => one === null)).toHaveLength(max)
})

test('a refused attempt counts nowhere: neither for the address nor for the user', () => {
  const services = fresh()
  const user = { key: 'user/ana', max: 100 }
  const both = [...limit('203.0.113.7'), user]
  for (let i = 0; i < 50; i++) refusal(() => countAttempt(services, both, at(0)))
  const others = Array.from({ length: 97 }, (_, i) =>
    refusal(() => countAttempt(services, [user, ...limit(`198.51.100.${i}`)], at(1))),
  )
  expect(others.every((one) => one === null)).toBe(true)
  expect(refusal(() => countAttempt(services, [user], at(2)))).not.toBeNull()
})

test('addresses of one /64, and an IPv4 address written as IPv6, are one', () => {
  const key = (address: string) => addressLimit('sign-in', address, max).key
  expect(key('2001:db8:1:2::1')).toBe(key('2001:db8:1:2:ffff:ffff:ffff:ffff'))
  expect(key('2001:db8:1:2::1')).not.toBe(key('2001:db8:1:3::1'))
  expect(key('::ffff:203.0.113.7')).toBe(key('203.0.113.7'))
})
