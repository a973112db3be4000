/**
 * A permission is `kind:action`. A set of permissions is one byte per kind, one bit per action:
 * small enough to keep one per grant for a million grants, and a membership test is an index and
 * an `and`, which is what lets `decide` run millions of times a second.
 */

import { type ResourceKind, resourceKinds } from './kinds/index.ts'
import { type Action, actions } from './kinds/kind.ts'

const crud = ['read', 'create', 'update', 'delete'] as const

/** What an account consists of besides its resources, and what can be done to it. */
export const accountNouns = {
  account: ['read', 'create', 'update', 'delete', 'manage'],
  user: crud,
  team: crud,
  'virtual-account': crud,
  token: crud,
  role: crud,
  grant: ['read', 'create', 'delete'],
  share: crud,
  budget: crud,
  'usage-limit': crud,
  usage: ['read'],
  // Reading says what was called; using it shows the prompts and answers that were kept.
  'request-log': ['read', 'use'],
  price: ['read', 'create'],
  invoice: ['read'],
  'audit-event': ['read'],
} as const satisfies Record<string, readonly Action[]>

export type AccountNoun = keyof typeof accountNouns
export type Kind = ResourceKind | AccountNoun
export type Permission = `${Kind}:${Action}`

const actionsOf: ReadonlyMap<string, readonly Action[]> = new Map<string, readonly Action[]>([
  ...Object.entries(accountNouns),
  ...resourceKinds.map((k) => [k.kind, k.actions] as const),
])

export const kinds = [...actionsOf.keys()] as readonly Kind[]

/** Every permission that exists, in a stable order. */
export const permissions: readonly Permission[] = kinds.flatMap((kind) =>
  actionsOf.get(kind)!.map((action) => `${kind}:${action}` as Permission),
)

/** One byte for each of `kinds`, one bit for each of `actions`. Never mutated once built. */
export type PermissionSet = Uint8Array & { readonly __permissions: true }

/** Where a permission stands in a set: looked up once, so that a test is two array reads. */
export interface PermissionBit {
  readonly permission: Permission
  readonly kind: Kind
  readonly action: Action
  readonly index: number
  readonly mask: number
  /** What a grant on every object of the kind is kept under: see `ObjectKey` in access.ts. */
  readonly kindKey: `kind:${Kind}`
}

const bits = new Map<string, PermissionBit>(
  permissions.map((permission) => {
    const [kind, action] = permission.split(':') as [Kind, Action]
    const index = kinds.indexOf(kind)
    const mask = 1 << actions.indexOf(action)
    return [permission, { permission, kind, action, index, mask, kindKey: `kind:${kind}` }]
  }),
)

export function isPermission(text: string): text is Permission {
  return bits.has(text)
}

export function permissionBit(permission: Permission): PermissionBit {
  return bits.get(permission)!
}

export function permissionSet(list: Iterable<Permission>): PermissionSet {
  const set = new Uint8Array(kinds.length)
  for (const permission of list) {
    const { index, mask } = permissionBit(permission)
    set[index]! |= mask
  }
  return set as PermissionSet
}

export const noPermissions = permissionSet([])
export const allPermissions = permissionSet(permissions)

export function has(set: PermissionSet, { index, mask }: PermissionBit): boolean {
  return (set[index]! & mask) !== 0
}

export function union(...sets: PermissionSet[]): PermissionSet {
  return noPermissions.map((_, i) => sets.reduce((all, set) => all | set[i]!, 0)) as PermissionSet
}

export function intersection(a: PermissionSet, b: PermissionSet): PermissionSet {
  return a.map((byte, i) => byte & b[i]!) as PermissionSet
}

/** What `a` has and `b` has not. */
export function difference(a: PermissionSet, b: PermissionSet): PermissionSet {
  return a.map((byte, i) => byte & ~b[i]!) as PermissionSet
}

export function isEmpty(set: PermissionSet): boolean {
  return set.every((byte) => byte === 0)
}

export function isSubset(a: PermissionSet, b: PermissionSet): boolean {
  return a.every((byte, i) => (byte & ~b[i]!) === 0)
}

/** Only what concerns these kinds: what a role can mean on one resource. */
export function restrictedTo(set: PermissionSet, only: readonly Kind[]): PermissionSet {
  return set.map((byte, i) => (only.includes(kinds[i]!) ? byte : 0)) as PermissionSet
}

export function listPermissions(set: PermissionSet): Permission[] {
  return permissions.filter((permission) => has(set, permissionBit(permission)))
}
