/** Background jobs, on a real database and with a real mail server. */
import { uuidOf } from '@commonhold/core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { insertMail } from '../../src/store/mail.ts'
import { deleteExpiredJob } from '../../src/worker/delete-expired.ts'
import { retrySeconds, sendMailJob } from '../../src/worker/send-mail.ts'
import { type RunningWorker, startWorker } from '../../src/worker/worker.ts'
import { type Control, startControl, type TestTenant } from '../control/support/control.ts'
import { type SmtpSink, startSmtpSink } from './smtp-sink.ts'

let control: Control
let acme: TestTenant
let sink: SmtpSink
const from = 'Commonhold <no-reply@example.com>'

beforeAll(async () => {
  control = await startControl({ mails: true })
  acme = await control.tenant('acme')
  sink = await startSmtpSink()
})
afterAll(async () => {
  await sink.close()
  await control.close()
})
beforeEach(() => {
  sink.messages.length = 0
  sink.answer = '250 taken'
})

const services = () => ({
  database: control.services.database,
  vault: control.services.vault,
  smtp: { url: sink.url, from },
  publicUrl: control.services.publicUrl,
  allowPrivateUpstreams: control.services.allowPrivateUpstreams,
  log: control.services.log,
})

const mails = () =>
  control.services.database.withTenant(acme.id, (tx) =>
    tx.selectFrom('mail').selectAll().orderBy('createdAt').execute(),
  )

const write = (subject: string) =>
  control.services.database.withTenant(acme.id, (tx) =>
    insertMail(tx, control.services.vault, acme.id, {
      recipient: 'ana@acme.example',
      subject,
      body: 'the body of it',
    }),
  )

const never = new AbortController().signal

test('an invitation is mailed with its link, which is nowhere else, and then forgotten', async () => {
  const { invitation } = await control.ask('user.invite', {
    as: acme.admin,
    params: { account: 'root' },
    body: { email: 'ana@acme.example' },
  })
  const [row] = await mails()
  expect(row!.body.includes(Buffer.from('ch_inv_'))).toBe(false)
  const worker = await startWorker(services())
  try {
    await expect.poll(() => sink.messages.length, { timeout: 10_000 }).toBe(1)
    const message = sink.messages[0]!.replaceAll('=\r\n', '').replaceAll('=3D', '=')
    expect(message).toContain('To: ana@acme.example')
    expect(message).toContain(invitation.link)
    await expect.poll(async () => (await mails()).length, { timeout: 10_000 }).toBe(0)

    // What is written while it runs goes out at once, without waiting for the next sweep.
    await write('while it runs')
    await expect.poll(() => sink.messages.length, { timeout: 10_000 }).toBe(2)
  } finally {
    await worker.stop()
  }
})

test('mail of a change that was rolled back is never sent', async () => {
  const written = control.services.database.withTenant(acme.id, async (tx) => {
    await insertMail(tx, control.services.vault, acme.id, {
      recipient: 'ana@acme.example',
      subject: 'never',
      body: 'never',
    })
    throw new Error('rolled back')
  })
  await expect(written).rejects.toThrow('rolled back')
  expect(await mails()).toEqual([])
})

test('a refused mail stays, says why, and is tried again later with the same Message-ID', async () => {
  await write('refused first')
  sink.answer = '451 come back later'
  const job = sendMailJob(services(), services().smtp)
  try {
    await job.run(never)
    const [kept] = await mails()
    expect(kept).toMatchObject({ attempts: 1, lastError: expect.stringContaining('451') })
    expect(kept!.nextTryAt.getTime()).toBeGreaterThan(Date.now() + 20_000)
    await job.run(never)
    expect((await mails())[0]!.attempts).toBe(1)

    sink.answer = '250 taken'
    await control.services.database.withTenant(acme.id, (tx) =>
      tx.updateTable('mail').set({ nextTryAt: new Date() }).execute(),
    )
    await job.run(never)
    expect(await mails()).toEqual([])
    expect(sink.messages[0]).toContain(`Message-ID: <${kept!.id}@`)
  } finally {
    await job.stop()
  }
})

test('several workers send each mail once', async () => {
  const workers: RunningWorker[] = []
  for (let i = 0; i < 3; i++) workers.push(await startWorker(services()))
  try {
    for (let i = 0; i < 10; i++) await write(`mail ${i}`)
    await expect.poll(async () => (await mails()).length, { timeout: 10_000 }).toBe(0)
    const subjects = sink.messages.map((text) => /Subject: (.*)/.exec(text)![1]!.trim())
    expect(subjects.sort()).toEqual(Array.from({ length: 10 }, (_, i) => `mail ${i}`))
  } finally {
    for (const worker of workers) await worker.stop()
  }
})

test('tries grow apart, up to an hour', () => {
  expect([1, 2, 3, 4].map(retrySeconds)).toEqual([30, 60, 120, 240])
  expect(retrySeconds(50)).toBe(3_600)
})

test('what has expired is cleared away, and what has not stays', async () => {
  const kept = await control.signIn(acme.adminEmail, { tenant: 'acme' })
  const gone = await control.signIn(acme.adminEmail, { tenant: 'acme' })
  const { items } = await control.ask('session.list', { as: gone })
  const current = items.find((one: { current: boolean }) => one.current)
  const { database } = control.services
  const old = new Date(Date.now() - 40 * 24 * 3_600_000)
  await database.withTenant(acme.id, async (tx) => {
    const session = tx.updateTable('session').set({ expiresAt: old })
    await session.where('id', '=', uuidOf(current.id)).execute()
    await tx.updateTable('invitation').set({ expiresAt: old }).execute()
    await tx.updateTable('change').set({ at: old }).execute()
  })
  await deleteExpiredJob(services()).run(never)
  await control.ask('me.get', { as: kept })
  const left = await database.withTenant(acme.id, async (tx) => ({
    sessions: await tx.selectFrom('session').select('id').execute(),
    invitations: await tx.selectFrom('invitation').select('id').execute(),
    credentials: await tx.selectFrom('credential').select('sessionId').execute(),
    oldChanges: await tx.selectFrom('change').select('revision').where('at', '<=', old).execute(),
  }))
  expect(left.sessions.map((one) => one.id)).not.toContain(uuidOf(current.id))
  expect(left.credentials).toHaveLength(left.sessions.length)
  expect(left.invitations).toEqual([])
  expect(left.oldChanges).toEqual([])
})
