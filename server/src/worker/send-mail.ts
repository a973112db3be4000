/**
 * Sends mail, at least once. A mail is taken (its next try put off), sent outside of any
 * transaction, and deleted. Who dies in between leaves it to be sent again, with the same
 * Message-ID, by which mailboxes know a copy.
 */
import type { TenantId } from '@commonhold/core'
import { createTransport } from 'nodemailer'
import { type DueMail, deleteMail, noteMailError, takeDueMail } from '../store/mail.ts'
import { listTenantIds } from '../store/tenant.ts'
import { loadTenantKey } from '../store/tenant-key.ts'
import type { Job } from './repeat.ts'
import type { WorkerServices } from './services.ts'

/** Between looks at every tenant; new mail is told at once (store/mail.ts, `mailChannel`). */
export const mailSweepSeconds = 5 * 60
export const mailsAtOnceMax = 20
export const mailTimeoutMs = 20_000
const retrySecondsMin = 30
const retrySecondsMax = 60 * 60
/** By then the links in it have expired. */
export const mailTriesMax = 100
const errorLettersMax = 500

/** 30 s, 1 min, 2 min … at most an hour. */
export function retrySeconds(attempts: number): number {
  return Math.min(retrySecondsMin * 2 ** (attempts - 1), retrySecondsMax)
}

export interface MailJob extends Job {
  /** Sends what this tenant has due, and comes back for what failed. Never fails itself. */
  sendFor(tenantId: TenantId): Promise<void>
  /** Lets what is being sent end, and comes back for nothing more. */
  stop(): Promise<void>
}

export function sendMailJob(
  services: WorkerServices,
  smtp: { readonly url: string; readonly from: string },
): MailJob {
  const { database, vault, log } = services
  const transport = createTransport(smtp.url, {
    from: smtp.from,
    connectionTimeout: mailTimeoutMs,
    greetingTimeout: mailTimeoutMs,
    socketTimeout: mailTimeoutMs,
  } as object)
  const host = new URL(smtp.url).hostname

  const sending = new Set<Promise<void>>()
  const retries = new Set<NodeJS.Timeout>()
  let stopped = false

  async function sendDue(tenantId: TenantId): Promise<void> {
    const due = await database.withTenant(tenantId, async (tx) => {
      const key = await loadTenantKey(tx, vault, tenantId)
      return takeDueMail(tx, key, new Date(), mailsAtOnceMax, retrySeconds)
    })
    for (const mail of due) await sendOne(tenantId, mail)
    if (due.length === mailsAtOnceMax && !stopped) await sendDue(tenantId)
  }

  function sendFor(tenantId: TenantId): Promise<void> {
    const sent = sendDue(tenantId)
      .catch((error: Error) => log.error({ tenantId, error: error.message }, 'no mail was sent'))
      .finally(() => sending.delete(sent))
    sending.add(sent)
    return sent
  }

  function retryLater(tenantId: TenantId, attempts: number): void {
    if (stopped) return
    const timer = setTimeout(() => {
      retries.delete(timer)
      sendFor(tenantId)
    }, retrySeconds(attempts) * 1_000)
    retries.add(timer.unref())
  }

  async function sendOne(tenantId: TenantId, mail: DueMail): Promise<void> {
    const { id, recipient, subject, body, attempts } = mail
    try {
      await transport.sendMail({
        to: { name: '', address: recipient },
        subject,
        text: body,
        messageId: `<${id}@${host}>`,
      })
      await database.withTenant(tenantId, (tx) => deleteMail(tx, id))
    } catch (error) {
      // A server's answer may repeat the mail, and the mail holds a link: only its start is kept.
      const said = (error as Error).message.split('\n')[0]!.slice(0, errorLettersMax)
      log.warn({ mail: id, attempts, error: said }, 'a mail could not be sent')
      const isLast = attempts >= mailTriesMax
      await database.withTenant(tenantId, (tx) =>
        isLast ? deleteMail(tx, id) : noteMailError(tx, id, said),
      )
      if (!isLast) retryLater(tenantId, attempts)
    }
  }

  return {
    name: 'send-mail',
    everySeconds: mailSweepSeconds,
    sendFor,
    run: async (signal) => {
      for (const tenantId of await database.withControlPlane(listTenantIds)) {
        if (signal.aborted) return
        await sendFor(tenantId)
      }
    },
    stop: async () => {
      stopped = true
      for (const timer of retries) clearTimeout(timer)
      await Promise.all(sending)
      transport.close()
    },
  }
}
