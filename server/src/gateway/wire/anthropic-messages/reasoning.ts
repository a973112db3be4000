/**
 * How much a model shall think, in the two ways that Anthropic's models take: newer ones decide by
 * themselves within an effort, older ones are given a number of tokens.
 */
import type { JsonObject } from '../../admission/json-body.ts'
import type { Conversation, Effort } from '../conversation.ts'
import { untranslatable } from '../fields.ts'

/** Claude up to 4.5. */
const budgeted = /claude-(?:[23]\b|instant)|claude-[a-z]+-(?:3|4|4-0|4-1|4-5)(?:$|[@:-](?:\d{8}|v))/

const budgetTokensMin = 1_024
/** What an effort stands for, for models that want a number. */
const budgets: Readonly<Record<Effort, number>> = {
  minimal: budgetTokensMin,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 32_768,
  max: 49_152,
}

interface Written {
  readonly thinking: JsonObject | null
  readonly effort: string | null
}

/** @throws Failure where there is no room to think in */
export function writeReasoning(
  { reasoning }: Conversation,
  tokensMax: number,
  model: string,
): Written {
  if (reasoning === null) return { thinking: null, effort: null }
  if (reasoning.kind === 'off') return { thinking: { type: 'disabled' }, effort: null }
  if (reasoning.kind === 'budget') {
    return { thinking: { type: 'enabled', budget_tokens: reasoning.tokens }, effort: null }
  }
  const { effort } = reasoning
  if (!budgeted.test(model)) {
    return { thinking: { type: 'adaptive' }, effort: effort === 'minimal' ? 'low' : effort }
  }
  if (tokensMax <= budgetTokensMin) {
    throw untranslatable('reasoning_effort', `Reasoning within ${tokensMax} tokens of output`)
  }
  const wanted = budgets[effort ?? 'medium']
  // What is thought counts as output: at least a fifth is left for the answer where there is room.
  const room = Math.max(budgetTokensMin, Math.floor(tokensMax * 0.8))
  return { thinking: { type: 'enabled', budget_tokens: Math.min(wanted, room) }, effort: null }
}
