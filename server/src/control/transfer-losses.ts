/**
 * What a transfer takes, in sentences: to the account that gives, before it offers, all that its
 * people and those it shared with will lose; to the one that is given, what does not come along.
 * Neither is told what is the other's business.
 */
import type { ResourceId } from '@commonhold/core'
import type { ResourceRow } from '../store/resource.ts'
import { dependentsOf } from '../store/resource-dependents.ts'
import { grantsOn, type LostGrant, secretsIn } from '../store/transfer-move.ts'
import type { Context, Loss } from './context.ts'

/** How many grants are told one by one; the rest are counted. */
export const grantsToldMax = 100

type Here = Pick<Context, 'tx' | 'account'>

const words = (kind: string) => kind.replace('-', ' ')

/** @param whole the resource, then what goes along with it */
export async function givenAway(
  { tx, account }: Here,
  row: ResourceRow,
  whole: readonly ResourceId[],
  to: { readonly name: string },
  withSecrets: boolean,
): Promise<Loss[]> {
  const { children, shares, limits } = await dependentsOf(tx, row.id)
  const losses: Loss[] = [
    {
      what: row.kind,
      id: row.id,
      sentence: `Once ${to.name} accepts, nobody acting in ${account.name} reaches the ${words(row.kind)} ${row.name} any more, whatever is granted on the whole account.`,
    },
  ]
  for (const child of children.filter(({ id }) => whole.includes(id))) {
    const sentence = `The ${words(child.kind)} ${child.name} goes along with it.`
    losses.push({ what: child.kind, id: child.id, sentence })
  }
  losses.push(...grantLosses(await grantsOn(tx, whole), account.id, row))
  for (const share of shares) {
    const sentence = `The account ${share.accountName} loses what is shared to it.`
    losses.push({ what: 'share', id: share.id, sentence })
  }
  for (const limit of limits) {
    const what = limit.id.startsWith('bud_') ? 'budget' : 'usage-limit'
    const sentence = `The ${words(what)} ${limit.name} limited it and goes.`
    losses.push({ what, id: limit.id, sentence })
  }
  for (const secret of await secretsIn(tx, whole)) {
    const sentence = withSecrets
      ? `The ${secret.field} of ${secret.name} goes along: ${to.name} can use it from then on.`
      : `The ${secret.field} of ${secret.name} is wiped.`
    losses.push({ what: 'secret-value', id: secret.id, sentence })
  }
  return losses
}

/** The giver's own grants one by one; those that other accounts made under its shares, counted. */
function grantLosses(grants: readonly LostGrant[], own: string, row: ResourceRow): Loss[] {
  const mine = grants.filter(({ accountId }) => accountId === own)
  const losses = mine.slice(0, grantsToldMax).map(({ id, subjectName, ...grant }): Loss => {
    const who = grant.subjectIsTeam ? `The team ${subjectName}` : subjectName
    const on = grant.resourceName === row.name ? row.name : `${row.name}/${grant.resourceName}`
    return { what: 'grant', id, sentence: `${who} loses the role ${grant.roleName} on ${on}.` }
  })
  if (mine.length > grantsToldMax) {
    const sentence = `${mine.length - grantsToldMax} more grants on it are deleted.`
    losses.push({ what: 'grant', id: row.id, sentence })
  }
  const others = Map.groupBy(
    grants.filter(({ accountId }) => accountId !== own),
    ({ accountName }) => accountName,
  )
  for (const [name, theirs] of others) {
    const sentence = `${theirs.length === 1 ? 'One grant' : `${theirs.length} grants`} of the account ${name} under its share go.`
    losses.push({ what: 'grant', id: row.id, sentence })
  }
  return losses
}

/** What the receiving account is told: its own losses, and what arrives incomplete. */
export async function arrivesWithout(
  { tx, account }: Here,
  whole: readonly ResourceId[],
  withSecrets: boolean,
  targetsLost: number,
): Promise<Loss[]> {
  const [id] = whole as [ResourceId]
  const losses: Loss[] = []
  const { shares, limits } = await dependentsOf(tx, id)
  const share = shares.find(({ accountName }) => accountName === account.name)
  if (share !== undefined) {
    const sentence = 'The share by which this account had it goes: it is its own from now on.'
    losses.push({ what: 'share', id: share.id, sentence })
  }
  for (const grant of await grantsOn(tx, whole)) {
    if (grant.accountId !== account.id) continue
    const sentence = `${grant.subjectName} loses the role ${grant.roleName}, which was granted under the share. Grant it anew.`
    losses.push({ what: 'grant', id: grant.id, sentence })
  }
  for (const limit of limits.filter(({ accountId }) => accountId === account.id)) {
    const what = limit.id.startsWith('bud_') ? 'budget' : 'usage-limit'
    const sentence = `The ${words(what)} ${limit.name} limited it and goes.`
    losses.push({ what, id: limit.id, sentence })
  }
  if (!withSecrets) {
    for (const secret of await secretsIn(tx, whole)) {
      const sentence = `The ${secret.field} of ${secret.name} stays behind and is wiped. Give it anew.`
      losses.push({ what: 'secret-value', id: secret.id, sentence })
    }
  }
  if (targetsLost > 0) {
    const what = targetsLost === 1 ? 'One of its targets' : `${targetsLost} of its targets`
    const sentence = `${what} can’t be reached from here and is taken out.`
    losses.push({ what: 'target', id, sentence })
  }
  return losses
}
