/** Resources that a body refers to: for a caller who may not read one, it does not exist. */
import type { ResourceKind } from '@commonhold/core'
import { type ResourceRow, targetOf } from '../store/resource.ts'
import type { Context } from './context.ts'
import { notFound, resolveResource } from './resolve.ts'

/** @throws not_found or name_ambiguous */
export async function resolveReadable(
  c: Pick<Context, 'tx' | 'account' | 'can'>,
  kind: ResourceKind,
  reference: string,
): Promise<ResourceRow> {
  const row = await resolveResource(c, kind, reference)
  if (!c.can(`${kind}:read`, targetOf(row))) throw notFound(kind.replace('-', ' '))
  return row
}
