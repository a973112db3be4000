/**
 * What Converse has no word for and the makers of models have: it goes in `additionalModelRequestFields`, in
 * the maker's own form. Of whom a model is, its id says (`us.anthropic.claude-…`); of a profile that hides
 * it (`…:application-inference-profile/…`) nobody knows, and these are refused.
 */
import type { JsonObject } from '../../admission/json-body.ts'
import { writeReasoning } from '../anthropic-messages/reasoning.ts'
import type { Conversation, Effort } from '../conversation.ts'
import type { WriteOptions } from '../dialect.ts'
import { untranslatable } from '../fields.ts'

type Maker = 'anthropic' | 'amazon' | 'openai' | 'unknown'

export function makerOf(model: string): Maker {
  const [, maker] = /(?:^|[./:])(anthropic|amazon|openai)\.[\w-]/.exec(model) ?? []
  return (maker as Maker | undefined) ?? 'unknown'
}

/** @throws Failure that names what this model's maker has no word for */
export function modelFields(from: Conversation, options: WriteOptions): JsonObject {
  const { upstreamModel } = options
  const maker = makerOf(upstreamModel)
  if (maker === 'anthropic') return anthropicFields(from, options)
  return { ...topKOf(from, maker), ...reasoningOf(from, maker) }
}

function anthropicFields(from: Conversation, options: WriteOptions): JsonObject {
  const tokensMax = from.outputTokensMax ?? options.outputTokensMax
  const { thinking, effort } = writeReasoning(from, tokensMax, options.upstreamModel)
  return {
    ...(from.topK === null ? {} : { top_k: from.topK }),
    ...(thinking === null ? {} : { thinking }),
    ...(effort === null ? {} : { output_config: { effort } }),
  }
}

function topKOf({ topK }: Conversation, maker: Maker): JsonObject {
  if (topK === null) return {}
  if (maker === 'amazon') return { inferenceConfig: { topK } }
  throw untranslatable('top_k', "'top_k'")
}

/** Three levels are all that these models have. */
const levels: Readonly<Record<Effort, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
}

function reasoningOf({ reasoning }: Conversation, maker: Maker): JsonObject {
  if (reasoning === null) return {}
  const effort = 'effort' in reasoning ? levels[reasoning.effort ?? 'medium'] : null
  if (maker === 'amazon') {
    if (reasoning.kind === 'off') return { reasoningConfig: { type: 'disabled' } }
    if (effort !== null) {
      return { reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } }
    }
  }
  if (maker === 'openai' && effort !== null) return { reasoning_effort: effort }
  const isBudget = reasoning.kind === 'budget'
  throw untranslatable(isBudget ? 'thinking' : 'reasoning_effort', 'Reasoning asked for like this')
}
