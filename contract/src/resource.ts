/**
 * Resources of every kind have the same operations; only their spec and their parent differ. A kind's
 * own file says just that.
 */
import { isTransferable, type ResourceKind, resourceKind } from '@commonhold/core'
import { z } from 'zod'
import { operation } from './define.ts'
import { displayName, id, name, objectFields, reference } from './fields.ts'
import { listOf, listQuery } from './list.ts'
import type { AnyOperation } from './operation.ts'
import { transferInput, transferObject } from './transfer.ts'

interface KindDescription<S extends z.ZodRawShape, W extends z.ZodRawShape> {
  /** Fields that are read as they were written. */
  spec: S
  /** Fields that are written and never read back: keys, secret values. */
  writeOnly?: W
  /** Fields of the spec that are looser when read: an account may see less of what is shared. */
  readAs?: Partial<S>
  /** What the summary calls one: "a cluster". */
  a: string
}

/** `providerAccount` for `provider-account`: how a field that names a kind is spelled. */
export function fieldOfKind(kind: string): string {
  return kind.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

/** In a merge patch, null takes away what need not be there (RFC 7396). */
function clearable<S extends z.ZodRawShape>(shape: S): S {
  const entries = Object.entries(shape).map(([field, type]) => {
    if (!(type instanceof z.ZodOptional)) return [field, type]
    const inner = type.unwrap() as z.ZodType
    return [
      field,
      inner
        .nullable()
        .optional()
        .meta(type.meta() ?? {}),
    ]
  })
  return Object.fromEntries(entries)
}

/**
 * @returns `{object, create, list, get, update, delete}` for a kind, and `transfer` where it can change
 * hands by itself. A child names its parent in a field called after the parent's kind, by name or id,
 * on creation; it never moves elsewhere.
 */
export function resourceOperations<
  S extends z.ZodRawShape,
  W extends z.ZodRawShape = Record<never, never>,
>(kind: ResourceKind, { spec, writeOnly, readAs, a }: KindDescription<S, W>) {
  const { plural, parent, idPrefix } = resourceKind(kind)
  const parentField = parent === null ? null : fieldOfKind(parent)
  const base = `/accounts/{account}/${plural}` as const
  const one = `${base}/{${kind}}` as const
  const secretShape = (writeOnly ?? {}) as W
  const object = z.object({
    id: id(idPrefix),
    ...objectFields,
    ...(parentField === null ? {} : { [parentField]: z.string() }),
    shared: z.boolean().meta({ description: 'It is the tenant’s and shared to this account.' }),
    ...spec,
    ...readAs,
  })
  const parentInput = parentField === null ? {} : { [parentField]: reference }
  const identity = { name, displayName: displayName.optional() }
  const changes = z
    .strictObject({ ...identity, ...clearable({ ...spec, ...secretShape }) })
    .partial()
  const createOn = parentField === null ? 'account' : (`body.${parentField}` as const)
  return {
    object,
    create: operation({
      id: `${kind}.create`,
      summary: `Creates ${a}.`,
      method: 'POST',
      path: base,
      access: { by: 'permission', permission: `${kind}:create`, on: createOn },
      body: z.strictObject({ ...identity, ...parentInput, ...spec, ...secretShape }),
      output: object,
      errors: ['name_taken', 'name_ambiguous', 'unsafe_url', 'refused_by_rule'],
    }),
    list: operation({
      id: `${kind}.list`,
      summary: `Lists every ${kind.replace('-', ' ')} that the caller may read in the account.`,
      method: 'GET',
      path: base,
      access: { by: 'member' },
      query: listQuery(['name', 'createdAt', 'updatedAt'], {
        ...(parentField === null ? {} : { [parentField]: reference }),
        shared: z.enum(['true', 'false']),
      }),
      output: listOf(object),
      errors: ['invalid_cursor'],
    }),
    get: operation({
      id: `${kind}.get`,
      summary: `Reads ${a}.`,
      method: 'GET',
      path: one,
      access: { by: 'permission', permission: `${kind}:read`, on: `{${kind}}` },
      query: z.strictObject({}),
      output: object,
      errors: ['name_ambiguous'],
    }),
    update: operation({
      id: `${kind}.update`,
      summary: `Changes the named fields of ${a}.`,
      method: 'PATCH',
      path: one,
      access: { by: 'permission', permission: `${kind}:update`, on: `{${kind}}` },
      body: changes,
      output: object,
      errors: [
        'name_taken',
        'name_ambiguous',
        'revision_mismatch',
        'unsafe_url',
        'refused_by_rule',
      ],
    }),
    delete: operation({
      id: `${kind}.delete`,
      summary: `Deletes ${a}, what is in it, and every grant and share of it.`,
      method: 'DELETE',
      path: one,
      access: { by: 'permission', permission: `${kind}:delete`, on: `{${kind}}` },
      errors: ['name_ambiguous', 'revision_mismatch', 'in_use'],
    }),
    ...(isTransferable(kind) ? { transfer: transferOf(kind, one, a) } : {}),
  }
}

/** The offer; accepting it is the other account's (transfer.ts). */
function transferOf(kind: ResourceKind, one: string, a: string): AnyOperation {
  return operation({
    id: `${kind}.transfer`,
    summary: `Offers ${a}, with what is in it, to another account, which may accept it.`,
    method: 'POST',
    path: `${one}:transfer`,
    access: { by: 'permission', permission: `${kind}:delete`, on: `{${kind}}` },
    body: transferInput,
    output: transferObject,
    errors: [
      'name_ambiguous',
      'revision_mismatch',
      'wrong_state',
      'in_use',
      'hands_out_more_than_held',
      'refused_by_rule',
    ],
  })
}
