/**
 * A request for a model's answer, in no vendor's terms. Every dialect reads its own requests into this
 * and writes this as its own, so that n formats take n files and not n². It holds what at least two
 * formats can say; what one alone can say is refused by its reader, in a sentence that names it.
 *
 * The results of tools are parts of a user's turn, as most formats have it. A tool's arguments stay the
 * JSON text that the model wrote.
 */
import type { JsonObject } from '../admission/json-body.ts'

/** Where a provider should keep what came so far, and for how long. A hint: not every format has it. */
export type CacheBreak = '5m' | '1h'

export type Source =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }

export interface TextPart {
  readonly type: 'text'
  readonly text: string
  readonly cache?: CacheBreak
}

export interface ImagePart {
  readonly type: 'image'
  readonly source: Source
  readonly cache?: CacheBreak
}

export interface DocumentPart {
  readonly type: 'document'
  readonly source: Source
  readonly name: string | null
  readonly cache?: CacheBreak
}

export interface AudioPart {
  readonly type: 'audio'
  readonly data: string
  readonly format: string
}

export interface ToolCallPart {
  readonly type: 'tool_call'
  readonly id: string
  readonly name: string
  /** JSON, as the model wrote it. */
  readonly arguments: string
  /** What the vendor wants back with the call, unread. */
  readonly signature?: string
}

export interface ToolResultPart {
  readonly type: 'tool_result'
  readonly id: string
  readonly parts: readonly (TextPart | ImagePart)[]
  readonly isError: boolean
}

export interface ReasoningPart {
  readonly type: 'reasoning'
  readonly text: string
  /** Proves to the vendor that the text is its own; null where none was given. */
  readonly signature: string | null
}

/** Reasoning that only its vendor can read. */
export interface HiddenReasoningPart {
  readonly type: 'hidden_reasoning'
  readonly data: string
}

export interface RefusalPart {
  readonly type: 'refusal'
  readonly text: string
}

export type Part =
  | TextPart
  | ImagePart
  | DocumentPart
  | AudioPart
  | ToolCallPart
  | ToolResultPart
  | ReasoningPart
  | HiddenReasoningPart
  | RefusalPart

export interface Turn {
  readonly role: 'system' | 'user' | 'assistant'
  readonly parts: readonly Part[]
}

export interface Tool {
  readonly name: string
  readonly description: string | null
  /** A JSON schema of its arguments. */
  readonly schema: JsonObject
  readonly strict: boolean | null
  readonly cache?: CacheBreak
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'any' }
  | { readonly kind: 'one'; readonly name: string }

export type OutputFormat =
  | { readonly kind: 'json' }
  | { readonly kind: 'schema'; readonly name: string; readonly schema: JsonObject }

export const efforts = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof efforts)[number]

export type Reasoning =
  | { readonly kind: 'off' }
  | { readonly kind: 'effort'; readonly effort: Effort }
  | { readonly kind: 'budget'; readonly tokens: number }
  /** The model decides by itself, within the effort if one is given. */
  | { readonly kind: 'adaptive'; readonly effort: Effort | null }

/** Null stands for what was not said: the provider's own default. */
export interface Conversation {
  readonly turns: readonly Turn[]
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice | null
  /** Whether several tools may be called at once. */
  readonly parallelTools: boolean | null
  readonly format: OutputFormat | null
  readonly reasoning: Reasoning | null
  readonly temperature: number | null
  readonly topP: number | null
  readonly topK: number | null
  readonly frequencyPenalty: number | null
  readonly presencePenalty: number | null
  readonly seed: number | null
  readonly stop: readonly string[]
  readonly outputTokensMax: number | null
  /** How many answers. */
  readonly choices: number
  readonly isStream: boolean
}

/** Consecutive turns of one role as one: several formats want roles to take turns. */
export function mergedTurns(turns: readonly Turn[]): Turn[] {
  const merged: { role: Turn['role']; parts: Part[] }[] = []
  for (const { role, parts } of turns) {
    const last = merged.at(-1)
    if (last?.role === role) last.parts.push(...parts)
    else merged.push({ role, parts: [...parts] })
  }
  return merged
}

/** The names of the tools that were called, by the ids of the calls. */
export function calledTools(turns: readonly Turn[]): Map<string, string> {
  const calls = turns.flatMap(({ parts }) => parts.filter((part) => part.type === 'tool_call'))
  return new Map(calls.map(({ id, name }) => [id, name]))
}
