/**
 * An operation is data: method, path, input, output, errors, and who may call it on what. Routes,
 * OpenAPI, SDK, CLI commands and the isolation matrix all derive from it, so there is nothing else
 * to register and nothing to forget: `access` is a required field.
 */
import type { Permission } from '@commonhold/core'
import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'

/** Who may call. Everything but `anyone` needs a credential; the acting account is in the path. */
export type Access =
  /** Signing in, accepting an invitation: the body itself carries the proof. */
  | { readonly by: 'anyone' }
  /** About the caller alone: `/me`, sessions, own tokens. */
  | { readonly by: 'caller' }
  /** Any active member of the acting account. */
  | { readonly by: 'member' }
  | { readonly by: 'operator' }
  /**
   * `decide(caller, acting account, permission, on)`. `on` is the acting account itself, the root
   * account (tenant-wide administration), or the object that the named path parameter says.
   * `orManageOf`: holding `<kind>:manage` on the object that the body names is enough as well.
   */
  | {
      readonly by: 'permission'
      readonly permission: Permission
      readonly on: 'account' | 'root' | `{${string}}` | `body.${string}`
      readonly orManageOf?: string
    }

export interface Operation<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
> {
  /** `noun.verb`, the name in the SDK and (as `noun verb`) in the CLI. */
  readonly id: string
  /** A sentence: what the call does. */
  readonly summary: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Below the area's prefix, with `{parameters}`. */
  readonly path: string
  readonly area: 'api' | 'operator'
  readonly access: Access
  readonly params: P
  readonly query: Q
  /** z.undefined() where there is none. */
  readonly body: B
  /** z.undefined() for 204. */
  readonly output: O
  readonly status: 200 | 201 | 204
  /** What it may refuse with, besides what every operation may (see `everyOperation`). */
  readonly errors: readonly ErrorCode[]
  /** The answer holds a secret: shown once, never logged. */
  readonly secret?: true
  /** The answer is text/csv, a text, and not JSON. */
  readonly csv?: true
  /** Changes nothing although it is a POST (a question with a body). */
  readonly readOnly?: true
}

export type AnyOperation = Operation
export type Params<T extends AnyOperation> = z.output<T['params']>
export type Query<T extends AnyOperation> = z.output<T['query']>
export type Body<T extends AnyOperation> = z.output<T['body']>
export type Output<T extends AnyOperation> = z.input<T['output']>

export const areaPrefixes = { api: '/api/v1', operator: '/api/operator/v1' } as const

/** Refusals that any operation may answer with. */
export const everyOperation: readonly ErrorCode[] = [
  'malformed_request',
  'invalid_input',
  'not_signed_in',
  'credential_expired',
  'csrf_token_missing',
  'not_allowed',
  'not_found',
  'body_too_large',
  'unsupported_media_type',
  'too_many_requests',
  'internal_error',
  'unavailable',
]

export function isMutation(operation: AnyOperation): boolean {
  return operation.method !== 'GET' && operation.readOnly !== true
}

export function fullPath(operation: AnyOperation): string {
  return areaPrefixes[operation.area] + operation.path
}
