/** Asks the access rule what the contract says must be asked. */
import { Refusal } from '@commonhold/contract'
import { accountTarget, isResourceKind, type ResourceKind, resourceKinds } from '@commonhold/core'
import { type ResourceRow, targetOf } from '../store/resource.ts'
import { noteUsed } from './access-use.ts'
import type { Context, ManageOf } from './context.ts'
import { notFound, resolveResource } from './resolve.ts'

/**
 * What was asked and allowed is noted as a use of that power.
 * @throws not_found or not_allowed
 */
export async function authorise(
  context: Context,
  manageOf: ((context: Context) => Promise<ManageOf | null>) | null,
): Promise<void> {
  const { access } = context.operation
  if (access.by !== 'permission') {
    if (access.by === 'member') assertActsHere(context)
    return
  }
  const { object, account } = context
  if (object !== null) {
    const what = `on this ${object.kind.replace('-', ' ')}`
    if (!isReadable(context, object)) throw notFound(object.kind.replace('-', ' '))
    context.require(access.permission, targetOf(object), what)
    const { id: resourceId } = object
    noteUsed(context, [
      { permission: `${object.kind}:read`, resourceId },
      { permission: access.permission, resourceId },
    ])
    return
  }
  if (context.can(access.permission)) {
    noteUsed(context, [{ permission: access.permission, resourceId: null }])
    return
  }
  const enough = manageOf && (await manageOf(context))
  if (enough && context.can(enough.permission, enough.target)) {
    noteUsed(context, [
      { permission: enough.permission, resourceId: enough.target.path[0] ?? null },
    ])
    return
  }
  context.require(access.permission, accountTarget(account), 'in this account')
}

/** An inactive account lets nobody act, whatever the operation. */
function assertActsHere({ account }: Context): void {
  if (account.state !== 'active') {
    throw new Refusal('not_allowed', `The account is ${account.state}.`)
  }
}

/** What the caller may not even read answers like what does not exist. */
export function isReadable({ can }: Pick<Context, 'can'>, row: ResourceRow): boolean {
  return can(`${row.kind}:read`, targetOf(row))
}

/**
 * The resource that the contract's `on` names: by a path parameter called after a kind, or by a body
 * field called after the parent's kind. Null where it names none.
 */
export async function namedObject(context: Context): Promise<ResourceRow | null> {
  const { access } = context.operation
  if (access.by !== 'permission') return null
  const inPath = /^\{(.+)\}$/.exec(access.on)?.[1]
  if (inPath !== undefined && isResourceKind(inPath)) {
    const reference = (context.params as Record<string, string>)[inPath]!
    return resolveResource(context, inPath, reference)
  }
  const inBody = /^body\.(.+)$/.exec(access.on)?.[1]
  if (inBody === undefined) return null
  const reference = (context.body as Record<string, string>)[inBody]!
  return resolveResource(context, kindOfField(inBody), reference)
}

/** `providerAccount` → `provider-account` */
export function kindOfField(field: string): ResourceKind {
  const kind = field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return resourceKinds.find((k) => k.kind === kind)!.kind
}
