/**
 * Resolving a resource for a purpose other than working on it: to grant it, share it, ask about it.
 * There the kind comes from a body or is not said at all, and what the caller may not read has to
 * answer like what does not exist, or a grant or a question would tell what is there.
 */
import { Refusal } from '@commonhold/contract'
import { prefixOf, type ResourceKind, resourceKinds } from '@commonhold/core'
import { findResources, type ResourceRow } from '../store/resource.ts'
import { noteUsed } from './access-use.ts'
import { isReadable } from './authorise.ts'
import type { Context } from './context.ts'
import { notFound, resolveResource } from './resolve.ts'

type Asker = Pick<Context, 'tx' | 'account' | 'can'>
/** Who asks for something to do with it, which is a use of being able to read it. */
export type Reader = Asker & Pick<Context, 'services' | 'tenantId' | 'caller' | 'now'>

/** @throws not_found also for what the caller may not read, name_ambiguous */
export async function resolveReadable(
  c: Reader,
  kind: ResourceKind,
  reference: string,
): Promise<ResourceRow> {
  const row = await resolveResource(c, kind, reference)
  if (!isReadable(c, row)) throw notFound(kind.replace('-', ' '))
  noteUsed(c, [{ permission: `${kind}:read`, resourceId: row.id }])
  return row
}

/**
 * @param reference an id, which says its kind, or a name that only one kind has in this account
 * @throws not_found, name_ambiguous
 */
export async function resolveAnyKind(c: Asker, reference: string): Promise<ResourceRow> {
  const prefix = prefixOf(reference)
  const kinds = resourceKinds.filter((k) => prefix === null || k.idPrefix === prefix)
  const found: ResourceRow[] = []
  for (const { kind } of kinds) {
    const rows = await findResources(c.tx, c.account, kind, reference)
    found.push(...rows.filter((row) => isReadable(c, row)))
  }
  const [row, ...more] = found
  if (row === undefined) throw notFound('resource')
  if (more.length > 0) {
    throw new Refusal('name_ambiguous', `Several things are called ${reference}. Use the id.`)
  }
  return row
}
