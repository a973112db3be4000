/**
 * Sends mail, at least once (outbox.ts): a mail that is sent is deleted, and one that is sent again
 * has the same Message-ID, by which mailboxes know a copy.
 */
import type { TenantId } from '@commonhold/core'
import { createTransport } from 'nodemailer'
import { type DueMail, deleteMail, noteMailError, takeDueMail } from '../store/mail.ts'
import { loadTenantKey } from '../store/tenant-key.ts'
import { createOutbox, type OutboxJob } from './outbox.ts'
import type { WorkerServices } from './services.ts'

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

export function sendMailJob(
  services: Pick<WorkerServices, 'database' | 'vault' | 'log'>,
  smtp: { readonly url: string; readonly from: string },
): OutboxJob {
  const { database, vault, log } = services
  const transport = createTransport(smtp.url, {
    from: smtp.from,
    connectionTimeout: mailTimeoutMs,
    greetingTimeout: mailTimeoutMs,
    socketTimeout: mailTimeoutMs,
  } as object)
  const host = new URL(smtp.url).hostname

  async function send(tenantId: TenantId, mail: DueMail): Promise<boolean> {
    const { id, recipient, subject, body, attempts } = mail
    try {
      await transport.sendMail({
        to: { name: '', address: recipient },
        subject,
        text: body,
        messageId: `<${id}@${host}>`,
      })
      await database.withTenant(tenantId, (tx) => deleteMail(tx, id))
      return false
    } catch (error) {
      // A server's answer may repeat the mail, and the mail holds a link: only its start is kept.
      const said = (error as Error).message.split('\n')[0]!.slice(0, errorLettersMax)
      log.warn({ mail: id, attempts, error: said }, 'a mail could not be sent')
      const isLast = attempts >= mailTriesMax
      await database.withTenant(tenantId, (tx) =>
        isLast ? deleteMail(tx, id) : noteMailError(tx, id, said),
      )
      return !isLast
    }
  }

  return createOutbox(services, {
    name: 'send-mail',
    atOnceMax: mailsAtOnceMax,
    inParallel: false,
    retrySeconds,
    take: (tenantId) =>
      database.withTenant(tenantId, async (tx) => {
        const key = await loadTenantKey(tx, vault, tenantId)
        return takeDueMail(tx, key, new Date(), mailsAtOnceMax, retrySeconds)
      }),
    send,
    close: () => transport.close(),
  })
}
