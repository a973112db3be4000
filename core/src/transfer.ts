/**
 * Transfers: a resource goes to another account of its tenant, with what is in it. To give something
 * away is to hand out all that can be done with it, so the write rule asks for all of that
 * (docs/decisions/0010-a-transfer-is-an-offer-and-its-acceptance.md).
 */
import { carriedBy } from './grant.ts'
import { kindsWithin, type ResourceKind, resourceKind } from './kinds/index.ts'
import {
  allPermissions,
  difference,
  type Permission,
  type PermissionSet,
  permissionSet,
} from './permission.ts'

/** Kinds whose objects keep a value that only using them brings out: a vendor's key, a secret. */
const keepsSecret: readonly ResourceKind[] = ['provider-account', 'secret']

/**
 * Whether objects of the kind can be transferred by themselves. What lives in something goes along
 * with it, and with nothing else; but a workspace may stand in a cluster that is root's.
 */
export function isTransferable(kind: ResourceKind): boolean {
  return resourceKind(kind).parent === null || kind === 'workspace'
}

/** Whether a secret can be stored in an object of the kind, or in what is in it. */
export function mayKeepSecret(kind: ResourceKind): boolean {
  return kindsWithin(kind).some((within) => keepsSecret.includes(within))
}

/**
 * What a transfer hands out, and so what its author has to hold on the object.
 * @param withSecrets whether stored secrets go along; without them, their use is not handed out
 */
export function carriedByTransfer(kind: ResourceKind, withSecrets: boolean): PermissionSet {
  const all = carriedBy(allPermissions, { type: 'resource', kind })
  if (withSecrets || !mayKeepSecret(kind)) return all
  const uses = kindsWithin(kind).map((within): Permission => `${within}:use`)
  return difference(all, permissionSet(uses))
}
