/** A step: one call of one operation, tried by somebody, and what follows where it is answered. */
import type { Permission } from '@commonhold/core'
import type { Person } from '@commonhold/isolation'
import type { Random } from '../worlds/random.ts'
import type { Model, ModelResource } from './model.ts'

// biome-ignore lint/suspicious/noExplicitAny: the answers of many operations are read by name
export type Answer = any

export interface Attempt {
  readonly operation: string
  /** Null for what anybody may call. */
  readonly who: Person | null
  readonly params?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** What follows for the tenant. Called once, in the order in which the acts were committed. */
  apply(answer: Answer): void | Promise<void>
}

export interface Setting {
  readonly model: Model
  readonly random: Random
  readonly url: string
  readonly operator: Person
  /** A name that nothing has. */
  name(): string
}

export interface Step {
  readonly operation: string
  /** How often it is tried, against 1 for most. */
  readonly weight?: number
  /** @returns null where there is nothing to try it on */
  make(setting: Setting): Attempt | null
}

export const permissionsGranted: readonly Permission[] = [
  'cluster:read',
  'cluster:use',
  'workspace:read',
  'workspace:create',
  'provider-account:read',
  'model:read',
  'model:use',
  'virtual-model:use',
  'prompt:read',
  'team:update',
  'grant:create',
  'grant:delete',
  'user:read',
]

/** Somebody signed in: mostly an admin of the account, now and then anybody. */
export function actor({ model, random }: Setting, account: string): Person | null {
  const admins = [...model.grants.values()]
    .filter((one) => one.account === account && one.object === 'account')
    .filter((one) => model.roles.get(one.role)?.name === 'admin')
    .map((one) => model.sessions.get(one.subject))
    .filter((one) => one !== undefined)
  const all = [...model.sessions.values()]
  const from = admins.length > 0 && random.chance(0.85) ? admins : all
  return from.length > 0 ? random.pick(from) : null
}

export const accountIds = ({ model }: Setting) => [...model.accounts.keys()]

/** Mostly one of the accounts besides root, where there is one. */
export function someAccount(setting: Setting): string {
  const { model, random } = setting
  const others = accountIds(setting).filter((id) => id !== model.root)
  return others.length > 0 && random.chance(0.7) ? random.pick(others) : model.root
}

export function pickOf<T>({ random }: Setting, from: Iterable<T>): T | null {
  const list = [...from]
  return list.length > 0 ? random.pick(list) : null
}

/** `cluster` as it stands in an operation's id and in the path. */
export const one = (resource: ModelResource) => ({ [resource.kind]: resource.id })

export const roleNamed = ({ model }: Setting, name: string) =>
  [...model.roles.values()].find((role) => role.name === name)!
