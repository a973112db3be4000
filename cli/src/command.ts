/** The shape of the generated table of commands. */
import type { OperationId } from '@commonhold/sdk'

export type FlagType = 'string' | 'number' | 'boolean' | 'json'

/** One value that a command takes. */
export interface Flag {
  /** Without dashes: `display-name`, `admin.email`. */
  readonly flag: string
  /** Where it goes: path to the field of the body, or the one name of the parameter. */
  readonly to: readonly string[]
  readonly type: FlagType
  readonly required?: true
  /** May be given several times. */
  readonly repeated?: true
  /** `null` is a value: it takes away what is there. */
  readonly nullable?: true
  /** Never on the command line: from a prompt without echo, or from the standard input. */
  readonly secret?: true
  readonly values?: readonly string[]
  readonly description?: string
}

/** An object that is one of several: which one follows from the fields that are given. */
export interface Variants {
  readonly at: readonly string[]
  readonly tag: string
  /** Value of the tag → the other fields that it needs. */
  readonly fields: Readonly<Record<string, readonly string[]>>
}

export interface CommandEntry {
  readonly id: OperationId
  readonly noun: string
  readonly verb: string
  readonly summary: string
  readonly area: 'api' | 'operator'
  /** The parameter that may be given without its flag, after the verb. */
  readonly object?: string
  readonly params: readonly Flag[]
  readonly query: readonly Flag[]
  readonly body?: readonly Flag[]
  readonly variants?: readonly Variants[]
  readonly isList?: true
  readonly idempotencyKey?: true
  readonly dryRun?: true
  readonly ifMatch?: true
}
