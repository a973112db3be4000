/**
 * The one resolver: what a name or id in a path or body means, in the acting account. A reference
 * to something foreign, to something missing and to something of the wrong kind answer alike.
 */
import { Refusal } from '@commonhold/contract'
import type { ResourceKind } from '@commonhold/core'
import { findResources, type ResourceRow } from '../store/resource.ts'
import type { Context } from './context.ts'

type Here = Pick<Context, 'tx' | 'account'>

export function notFound(what: string): Refusal {
  return new Refusal('not_found', `There is no ${what} by that name or id.`)
}

/** @throws not_found, or name_ambiguous where `parent/name` would be clear */
export async function resolveResource(
  { tx, account }: Here,
  kind: ResourceKind,
  reference: string,
): Promise<ResourceRow> {
  const [found, ...more] = await findResources(tx, account, kind, reference)
  if (found === undefined) throw notFound(kind.replace('-', ' '))
  if (more.length > 0) {
    throw new Refusal(
      'name_ambiguous',
      `Several are called ${found.name}. Write parent/${found.name}, or the id.`,
    )
  }
  return found
}
