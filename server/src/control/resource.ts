/**
 * Resources of every kind: created, read, listed, changed and deleted by one piece of code. What a
 * kind adds (a key to encrypt, a URL to check, a first price) is in its own file, as hooks.
 *
 * A shared resource may be changed from the account that it is shared to, where the share's maximum
 * allows it: the access rule has decided that already. Its owner reads of it in its own audit log.
 */
import { type AnyOperation, fieldOfKind, Refusal } from '@commonhold/contract'
import { type AccountId, type ResourceKind, reach, resourceKind } from '@commonhold/core'
import { newId } from '../crypto/new-id.ts'
import type { Tx } from '../store/database.ts'
import {
  deleteResource,
  insertResource,
  type ResourceRow,
  updateResource,
} from '../store/resource.ts'
import { accountsReaching } from '../store/resource-dependents.ts'
import { listResources } from '../store/resource-list.ts'
import { noteUsed } from './access-use.ts'
import type { Context, Implementation } from './context.ts'
import { listAnswer, pageRequest } from './list.ts'
import { objectOf } from './present.ts'
import { resourceLosses } from './resource-losses.ts'
import { uniqueName } from './unique-name.ts'

export type Spec = Readonly<Record<string, unknown>>

/** What is about to be stored. */
export interface Change {
  /** Null on creation. */
  readonly before: ResourceRow | null
  /** The whole spec as it would be: what was, with what is changed. */
  readonly spec: Spec
  /** The write-only fields that the body gives; null takes one away. */
  readonly given: Spec
}

/** What a kind does besides. Everything is optional but the list of write-only fields. */
export interface KindHooks {
  /** Fields of the body that are no part of the stored spec. */
  readonly writeOnly: readonly string[]
  /**
   * Checks a change before anything is written.
   * @returns the spec to store
   * @throws refused_by_rule, unsafe_url or not_found
   */
  readonly check?: (c: Context, change: Change) => Promise<Spec>
  /** Writes what is not in the spec. @returns what the audit log tells of it: never a value */
  readonly write?: (c: Context, row: ResourceRow, change: Change) => Promise<Spec>
  /** How specs look from an account, which need not own them. Asked once for a whole list. */
  readonly shown?: (
    tx: Tx,
    viewer: AccountId,
    rows: readonly ResourceRow[],
  ) => Promise<(row: ResourceRow) => Spec>
  /** @throws in_use where deleting must wait */
  readonly beforeDelete?: (c: Context, row: ResourceRow) => Promise<void>
}

export interface ResourceContract {
  readonly create: AnyOperation
  readonly list: AnyOperation
  readonly get: AnyOperation
  readonly update: AnyOperation
  readonly delete: AnyOperation
}

/** Operations of a kind that only the code knows: their input is checked by the contract all the same. */
function step(operation: AnyOperation, run: (c: Context) => Promise<unknown>): Implementation {
  return { type: 'tenant', operation, run, manageOf: null }
}

export function resourceImplementations(
  kind: ResourceKind,
  contract: ResourceContract,
  hooks: KindHooks = { writeOnly: [] },
): Implementation[] {
  return [
    step(contract.create, (c) => create(c, kind, hooks)),
    step(contract.list, (c) => list(c, kind, hooks)),
    step(contract.get, (c) => get(c, hooks)),
    step(contract.update, (c) => update(c, hooks)),
    step(contract.delete, (c) => remove(c, hooks)),
  ]
}

async function create(c: Context, kind: ResourceKind, hooks: KindHooks): Promise<unknown> {
  const parent = c.object
  const { identity, spec, given } = partsOf(c.body as Spec, kind, hooks)
  const name = identity.name!
  if (parent !== null) assertMayHold(c, parent, kind)
  const change = { before: null, spec: withoutNulls(spec), given }
  const checked = (await hooks.check?.(c, change)) ?? change.spec

  // Point of no failure, but for a taken name.
  const row = await uniqueName(name, () =>
    insertResource(c.tx, {
      tenantId: c.tenantId,
      accountId: c.account.id,
      id: newId(resourceKind(kind).idPrefix) as ResourceRow['id'],
      kind,
      parentId: parent?.id ?? null,
      name,
      displayName: identity.displayName ?? name,
      spec: checked,
      createdBy: c.caller.principal.id,
    }),
  )
  const written = (await hooks.write?.(c, row, change)) ?? {}
  const placed = parent === null ? {} : { [fieldOfKind(parent.kind)]: parent.name }
  const shown = await specShown(c, c.account.id, row, hooks)
  c.audit({
    target: targetOf(row),
    after: { name, displayName: row.displayName, ...placed, ...shown, ...written },
  })
  return present(c, row, shown)
}

async function list(c: Context, kind: ResourceKind, hooks: KindHooks): Promise<unknown> {
  const permission = `${kind}:read` as const
  const reached = reach(c.facts, permission)
  const { rootAccountId } = c.facts.account
  const page = await listResources(c.tx, c.account, rootAccountId, kind, reached, pageRequest(c))
  // Who may read all of the kind has used that, and nothing of each: a page of names is one use.
  const used = reached.within === 'everything' ? [null] : page.rows.map((row) => row.id)
  noteUsed(
    c,
    used.map((resourceId) => ({ permission, resourceId })),
  )
  const shown = await hooks.shown?.(c.tx, c.account.id, page.rows)
  return listAnswer(c, page, (row) => present(c, row, shown?.(row) ?? row.spec))
}

async function get(c: Context, hooks: KindHooks): Promise<unknown> {
  const row = c.object!
  return present(c, row, await specShown(c, c.account.id, row, hooks))
}

async function update(c: Context, hooks: KindHooks): Promise<unknown> {
  const before = c.object!
  c.checkRevision(before.revision)
  const { identity, spec, given } = partsOf(c.body as Spec, before.kind, hooks)
  const change = { before, spec: withoutNulls({ ...before.spec, ...spec }), given }
  const checked = (await hooks.check?.(c, change)) ?? change.spec
  const specsBefore = await specsFor(c, before, hooks)

  // Point of no failure, but for a taken name.
  const row = await uniqueName(identity.name ?? before.name, () =>
    updateResource(c.tx, before.id, { ...identity, spec: checked }),
  )
  const written = (await hooks.write?.(c, row, change)) ?? {}
  const specsAfter = await specsFor(c, row, hooks)
  auditBoth(c, row, (viewer) => ({
    before: { name: before.name, displayName: before.displayName, ...specsBefore.get(viewer) },
    after: { ...identity, ...onlyNamed(specsAfter.get(viewer)!, spec), ...written },
  }))
  return present(c, row, specsAfter.get(c.account.id)!)
}

async function remove(c: Context, hooks: KindHooks): Promise<void> {
  const row = c.object!
  c.checkRevision(row.revision)
  await hooks.beforeDelete?.(c, row)
  const accounts = await accountsReaching(c.tx, row.id)
  await c.touches({ accounts, who: 'everybody', resources: [row.id] })
  for (const loss of await resourceLosses(c, row)) c.loses(loss)

  await deleteResource(c.tx, row.id)
  auditBoth(c, row, () => ({ before: { name: row.name, displayName: row.displayName } }))
}

/** In the acting account, and in the owner's if that is another one: each reads what it may see. */
function auditBoth(
  c: Context,
  row: ResourceRow,
  fieldsFor: (viewer: AccountId) => { before: Spec; after?: Spec },
): void {
  for (const account of viewersOf(c, row)) {
    c.audit({ target: targetOf(row), ...fieldsFor(account), account })
  }
}

const viewersOf = (c: Context, row: ResourceRow) => new Set([c.account.id, row.accountId])

async function specsFor(c: Context, row: ResourceRow, hooks: KindHooks) {
  const specs = new Map<AccountId, Spec>()
  for (const viewer of viewersOf(c, row)) {
    specs.set(viewer, await specShown(c, viewer, row, hooks))
  }
  return specs
}

export const targetOf = (row: ResourceRow) => ({ kind: row.kind, id: row.id, name: row.name })

/**
 * A child lives with its parent in one account. The exception: a workspace of one's own in a cluster
 * that the tenant shares (1-domain.md).
 * @throws refused_by_rule
 */
function assertMayHold(c: Context, parent: ResourceRow, kind: ResourceKind): void {
  if (parent.accountId === c.account.id || kind === 'workspace') return
  const what = parent.kind.replace('-', ' ')
  throw new Refusal(
    'refused_by_rule',
    `The ${what} ${parent.name} is the tenant’s, so what is in it is made in the root account. Make a ${what} of your own, or ask an admin of the tenant.`,
    { errors: [{ pointer: `/${fieldOfKind(parent.kind)}`, rule: 'own', message: 'is shared' }] },
  )
}

/** Takes the body apart: name and display name, the spec, the write-only fields. */
function partsOf(body: Spec, kind: ResourceKind, { writeOnly }: KindHooks) {
  const { name, displayName, ...rest } = body as { name?: string; displayName?: string } & Spec
  const { parent } = resourceKind(kind)
  const parentField = parent === null ? null : fieldOfKind(parent)
  const given: Record<string, unknown> = {}
  const spec: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(rest)) {
    if (value === undefined || field === parentField) continue
    if (writeOnly.includes(field)) given[field] = value
    else spec[field] = value
  }
  const identity = {
    ...(name === undefined ? {} : { name }),
    ...(displayName === undefined ? {} : { displayName }),
  }
  return { identity, spec, given }
}

/** In a merge patch, null takes a field away (RFC 7396). */
const withoutNulls = (spec: Spec): Spec =>
  Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null))

/** Of a spec, the fields that the body named; null is one that was taken away. */
function onlyNamed(spec: Spec, named: Spec): Spec {
  const shown = Object.keys(named).filter((field) => field in spec || named[field] === null)
  return Object.fromEntries(shown.map((field) => [field, spec[field] ?? null]))
}

async function specShown(
  { tx }: Pick<Context, 'tx'>,
  viewer: AccountId,
  row: ResourceRow,
  { shown }: KindHooks,
): Promise<Spec> {
  return (await shown?.(tx, viewer, [row]))?.(row) ?? row.spec
}

function present(c: Pick<Context, 'account'>, row: ResourceRow, spec: Spec) {
  const { parent } = resourceKind(row.kind)
  return {
    ...objectOf(row.kind, row.accountId, row),
    ...(parent === null ? {} : { [fieldOfKind(parent)]: row.parentName }),
    shared: row.accountId !== c.account.id,
    ...spec,
  }
}
