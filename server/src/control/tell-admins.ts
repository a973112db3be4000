/** Mail to the admins of an account about what others do with it. Nothing where no mail is sent. */
import type { UserId } from '@commonhold/core'
import type { AccountRow } from '../store/account.ts'
import { insertMail } from '../store/mail.ts'
import { findUser } from '../store/user.ts'
import type { Context } from './context.ts'

/**
 * @param admins whom to tell: asked for by the caller, because a change may be about to add to them
 * @param body without a link; where to look is added
 */
export async function tellAdmins(
  { tx, services, tenantId }: Pick<Context, 'tx' | 'services' | 'tenantId'>,
  account: Pick<AccountRow, 'id'>,
  admins: readonly UserId[],
  { subject, body }: { subject: string; body: string },
): Promise<void> {
  if (!services.mails) return
  for (const id of admins) {
    const admin = await findUser(tx, account.id, id)
    if (admin === null) continue
    const mail = { recipient: admin.email, subject, body: `${body}\n\n${services.publicUrl}\n` }
    await insertMail(tx, services.vault, tenantId, mail)
  }
}
