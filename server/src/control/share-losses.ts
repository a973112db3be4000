/** What goes with a share besides access: the grants made under it, and the limits that hang on it. */
import { grantsUnderShare, limitsOfShare, type ShareRow } from '../store/share.ts'
import type { Context, Loss } from './context.ts'

export async function unshareLosses({ tx }: Pick<Context, 'tx'>, share: ShareRow): Promise<Loss[]> {
  const losses: Loss[] = []
  const grants = await grantsUnderShare(tx, share)
  if (grants > 0) {
    const what = grants === 1 ? 'One grant' : `${grants} grants`
    const sentence = `${what} of ${share.to.name} under the share ${grants === 1 ? 'is' : 'are'} deleted.`
    losses.push({ what: 'grant', id: share.id, sentence })
  }
  for (const { id, what, name } of await limitsOfShare(tx, share.id)) {
    const sentence = `The ${what.replace('-', ' ')} ${name} limited the share and goes with it.`
    losses.push({ what, id, sentence })
  }
  return losses
}
