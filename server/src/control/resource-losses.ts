/**
 * What a deletion takes along besides access, in sentences. An account that deletes what was shared to
 * it is told of its own losses only: who else has a share is the owner's business.
 */
import type { ResourceRow } from '../store/resource.ts'
import { dependentsOf } from '../store/resource-dependents.ts'
import type { Context, Loss } from './context.ts'

export async function resourceLosses(
  { tx, account }: Pick<Context, 'tx' | 'account'>,
  row: ResourceRow,
): Promise<Loss[]> {
  const { children, shares, grants, limits } = await dependentsOf(tx, row.id)
  const isOwner = row.accountId === account.id
  const told = (accountId: string) => isOwner || accountId === account.id
  const losses: Loss[] = []
  for (const child of children.filter(({ accountId }) => told(accountId))) {
    const where = child.accountId === account.id ? '' : ` of the account ${child.accountName}`
    const sentence = `The ${child.kind.replace('-', ' ')} ${child.name}${where} is deleted with it.`
    losses.push({ what: child.kind, id: child.id, sentence })
  }
  for (const share of isOwner ? shares : []) {
    const sentence = `The account ${share.accountName} loses what is shared to it.`
    losses.push({ what: 'share', id: share.id, sentence })
  }
  const granted = grants
    .filter(({ accountId }) => told(accountId))
    .reduce((sum, { count }) => sum + count, 0)
  if (granted > 0) {
    const what = granted === 1 ? 'One grant' : `${granted} grants`
    const sentence = `${what} on it, or on what is in it, will be gone.`
    losses.push({ what: 'grant', id: row.id, sentence })
  }
  for (const limit of limits.filter(({ accountId }) => told(accountId))) {
    const what = limit.id.startsWith('bud_') ? 'budget' : 'usage-limit'
    const sentence = `The ${what.replace('-', ' ')} ${limit.name} limited it and goes.`
    losses.push({ what, id: limit.id, sentence })
  }
  return losses
}
