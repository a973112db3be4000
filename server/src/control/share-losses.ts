/** What narrowing a share, or un-sharing, takes from the account, in sentences. */
import { intersection, isEmpty, listPermissions, type PermissionSet } from '@commonhold/core'
import { principalNames } from '../store/principal-name.ts'
import { grantsUnderShare, limitsOfShare, type ShareRow } from '../store/share.ts'
import type { Context, Loss } from './context.ts'

/** How many grants are told one by one; the rest are counted. */
export const grantsToldMax = 100

/**
 * @param lost the permissions that go
 * @param isUnshared whether the share itself goes, and all that hangs on it
 */
export async function shareLosses(
  { tx }: Pick<Context, 'tx'>,
  share: ShareRow,
  lost: PermissionSet,
  isUnshared: boolean,
): Promise<Loss[]> {
  if (isEmpty(lost) && !isUnshared) return []
  const losses: Loss[] = [
    {
      what: 'share',
      id: share.id,
      sentence: `The account ${share.to.name} loses ${listPermissions(lost).join(', ')} on ${share.resource.name}.`,
    },
    ...(await grantLosses(tx, share, lost, isUnshared)),
  ]
  if (!isUnshared) return losses
  for (const { id, what, name } of await limitsOfShare(tx, share.id)) {
    const sentence = `The ${what.replace('-', ' ')} ${name} limited the share and goes with it.`
    losses.push({ what, id, sentence })
  }
  return losses
}

async function grantLosses(
  tx: Context['tx'],
  share: ShareRow,
  lost: PermissionSet,
  isUnshared: boolean,
): Promise<Loss[]> {
  const all = await grantsUnderShare(tx, share)
  const touched = all.filter((g) => isUnshared || !isEmpty(intersection(g.permissions, lost)))
  const told = touched.slice(0, grantsToldMax)
  const names = await principalNames(
    tx,
    told.map((grant) => grant.createdBy),
  )
  const losses = told.map((grant) => {
    const by = names.get(grant.createdBy) ?? grant.createdBy
    const what = `${grant.subjectName} has the role ${grant.roleName} under it, granted by ${by}`
    const sentence = isUnshared ? `${what}: the grant is deleted.` : `${what}: it carries less.`
    return { what: 'grant', id: grant.id, sentence }
  })
  const more = touched.length - told.length
  if (more === 0) return losses
  const sentence = `${more} more grants under it are ${isUnshared ? 'deleted' : 'cut'}.`
  return [...losses, { what: 'grant', id: share.id, sentence }]
}
