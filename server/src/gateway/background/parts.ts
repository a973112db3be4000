/** What serves responses in the background, and whose one is. */
import { type Id, isId, type PrincipalId } from '@commonhold/core'
import { type BackgroundResponse, ownResponse } from '../../store/background-response.ts'
import type { BatchOwner } from '../../store/batch.ts'
import type { Database } from '../../store/database.ts'
import { notFound } from '../batches/files.ts'
import type { AttemptFacts } from '../ledger/attempt.ts'
import type { GatewayParts } from '../serve/parts.ts'

export interface BackgroundParts {
  readonly gateway: GatewayParts
  readonly database: Database
  readonly follower: { noteOpen(tenantId: BatchOwner['tenantId']): void }
}

export const factsIn = ({ facts }: Pick<BackgroundResponse, 'facts'>) => facts as AttemptFacts

export function ownerIn(facts: AttemptFacts): BatchOwner {
  const { tenantId, accountId } = facts
  return { tenantId, accountId, principalId: facts.principalId as PrincipalId }
}

/** @throws Failure object_not_found, the same for what is another's and for what does not exist */
export async function findResponse(
  { database }: Pick<BackgroundParts, 'database'>,
  owner: BatchOwner,
  id: string,
): Promise<BackgroundResponse> {
  const found = isId(id, 'resp')
    ? await database.withTenant(owner.tenantId, (tx) => ownResponse(tx, owner, id as Id<'resp'>))
    : null
  if (found === null) throw notFound('response', id)
  return found
}
