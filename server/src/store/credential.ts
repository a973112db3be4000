/** What proves somebody: the keyed hash of a text that is kept nowhere. */
import type { Id, SessionId, TenantId, TokenId } from '@commonhold/core'
import type { CredentialHasher } from '../crypto/credential-hash.ts'
import { type Tx, uuid } from './database.ts'

/** What a credential stands for: exactly one of the three. */
export type CredentialOf =
  | { readonly sessionId: SessionId }
  | { readonly tokenId: TokenId }
  | { readonly invitationId: Id<'inv'> }

export async function insertCredential(
  tx: Tx,
  hasher: CredentialHasher,
  credential: { tenantId: TenantId; text: string; of: CredentialOf; expiresAt: Date | null },
): Promise<void> {
  const [[column, id]] = Object.entries(credential.of) as [[string, Id]]
  await tx
    .insertInto('credential')
    .values({
      tenantId: uuid(credential.tenantId),
      hash: hasher.hash(credential.text),
      pepperId: hasher.pepperId,
      [column]: uuid(id),
      expiresAt: credential.expiresAt,
    })
    .execute()
}
