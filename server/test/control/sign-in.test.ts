/** Signing in: alike for everybody who may not, limited, and to the right tenant. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  attemptsPerUserMax,
  operatorAttemptsPerAddressMax,
} from '../../src/control/attempt-limits.ts'
import { hashPassword, isPassword } from '../../src/crypto/password.ts'
import {
  type Control,
  password,
  type Read,
  refusalOf,
  refused,
  startControl,
  type TestTenant,
} from './support/control.ts'

let control: Control
let acme: TestTenant

beforeAll(async () => {
  control = await startControl({ baseDomain: 'ai.example.com' })
  acme = await control.tenant('acme')
})
afterAll(() => control.close())

interface Attempt {
  readonly email: string
  readonly given?: string
  readonly tenant?: string
  readonly host?: string
  readonly address?: string
}

function signIn({ email, given = password, tenant = 'acme', host, address }: Attempt) {
  return control.ask('session.create', {
    body: { email, password: given, ...(tenant === '' ? {} : { tenant }) },
    ...(host ? { host } : {}),
    ...(address ? { address } : {}),
  })
}

describe('every way to fail answers alike', () => {
  const rounds = 5
  let answers: Record<string, { refusal: Read; ms: number }>
  let oneCheckMs = Number.POSITIVE_INFINITY

  beforeAll(async () => {
    const root = { account: 'root' }
    const invite = (email: string) =>
      control.ask('user.invite', { as: acme.admin, params: root, body: { email } })
    await invite('invited@acme.example')
    const gone = await invite('gone@acme.example')
    await control.accept(gone.invitation.link)
    const params = { ...root, user: 'gone@acme.example' }
    await control.ask('user.deactivate', { as: acme.admin, params })
    const attempts: Record<string, Attempt> = {
      'wrong password': { email: acme.adminEmail, given: 'not the right one' },
      'unknown user': { email: 'nobody@acme.example' },
      'unknown tenant': { email: acme.adminEmail, tenant: 'no-such-tenant' },
      'deactivated user': { email: 'gone@acme.example' },
      'user without a password': { email: 'invited@acme.example' },
    }
    const hash = await hashPassword(password)
    answers = {}
    for (let round = 0; round < rounds; round++) {
      const began = performance.now()
      await isPassword('not the right one', hash)
      oneCheckMs = Math.min(oneCheckMs, performance.now() - began)
      for (const [name, attempt] of Object.entries(attempts)) {
        const began = performance.now()
        const refusal = await refused(signIn(attempt))
        const ms = Math.min(
          answers[name]?.ms ?? Number.POSITIVE_INFINITY,
          performance.now() - began,
        )
        answers[name] = { refusal, ms }
      }
    }
  })

  test('in the same words', () => {
    const words = Object.values(answers).map(({ refusal }) =>
      JSON.stringify([refusal.code, refusal.detail, refusal.errors]),
    )
    expect(new Set(words).size).toBe(1)
    expect(words[0]).toContain('sign_in_failed')
  })

  test('after one check of a password each, which is what takes the time', () => {
    // Without the check a path takes a few milliseconds. The least of several rounds is compared,
    // because a busy machine makes things slower and never faster.
    for (const [name, { ms }] of Object.entries(answers)) {
      expect(ms, name).toBeGreaterThan(oneCheckMs * 0.5)
    }
  })
})

test('upper and lower case of an e-mail are the same', async () => {
  const session = await signIn({ email: acme.adminEmail.toUpperCase() })
  expect(session.user.email).toBe(acme.adminEmail)
})

test('a user is locked out after too many failures, known or not, and told when to return', async () => {
  for (const email of ['tried@acme.example', 'unknown-at-all@acme.example']) {
    if (email.startsWith('tried')) {
      const body = { email }
      const root = { account: 'root' }
      const invited = await control.ask('user.invite', { as: acme.admin, params: root, body })
      await control.accept(invited.invitation.link)
    }
    const address = `198.51.100.${email.length}`
    for (let i = 0; i < attemptsPerUserMax; i++) {
      expect(await refusalOf(signIn({ email, given: 'wrong', address }))).toBe('sign_in_failed')
    }
    const refusal = await refused(signIn({ email, address: '198.51.100.99' }))
    expect(refusal.code).toBe('too_many_requests')
    expect(refusal.retryAfterSeconds).toBeGreaterThan(0)
  }
})

test('signing in rightly again and again is not limited', async () => {
  for (let i = 0; i < attemptsPerUserMax + 2; i++) await signIn({ email: acme.adminEmail })
})

test('the operator’s key can’t be guessed at will', async () => {
  const guess = () => control.ask('operator-session.create', { body: { key: 'a guess' } })
  for (let i = 0; i < operatorAttemptsPerAddressMax; i++) {
    expect(await refusalOf(guess())).toBe('sign_in_failed')
  }
  expect(await refusalOf(guess())).toBe('too_many_requests')
})

describe('which tenant', () => {
  test('is the only one when nothing says which, and has to be said when there are several', async () => {
    const alone = await startControl()
    try {
      await alone.tenant('solo')
      const only = await alone.ask('session.create', {
        body: { email: 'admin@solo.example', password },
      })
      expect(only.tenant.name).toBe('solo')
      expect((await alone.ask('deployment.get')).tenant).toEqual({
        name: 'solo',
        displayName: 'solo',
      })

      await alone.tenant('duo')
      const several = alone.ask('session.create', {
        body: { email: 'admin@solo.example', password },
      })
      const refusal = await refused(several)
      expect(refusal.code).toBe('invalid_input')
      expect(refusal.errors[0].pointer).toBe('/tenant')
      expect((await alone.ask('deployment.get')).tenant).toBeNull()
      const named = await alone.ask('deployment.get', { query: { tenant: 'duo' } })
      expect(named.tenant.name).toBe('duo')
    } finally {
      await alone.close()
    }
  })

  test('is the one that the host names, whatever the body says', async () => {
    await control.tenant('globex', acme.adminEmail)
    const host = 'globex.ai.example.com:8443'
    const session = await signIn({ email: acme.adminEmail, tenant: 'acme', host })
    expect(session.tenant.name).toBe('globex')
  })

  test('the same e-mail in two tenants is two users with two sign-ins', async () => {
    const there = await control.signIn(acme.adminEmail, { tenant: 'globex' })
    const here = await control.signIn(acme.adminEmail, { tenant: 'acme' })
    expect(there.body.user.id).not.toBe(here.body.user.id)
    await control.ask('user.invite', {
      as: here,
      params: { account: 'root' },
      body: { email: 'second@acme.example', role: 'admin' },
    })
    const users = await control.ask('user.list', { as: there, params: { account: 'root' } })
    expect(users.items).toHaveLength(1)
  })
})
