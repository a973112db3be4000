/** Events as a stream of OpenAI's chat format. The usage comes last, and only to whom asked for it. */
import type { JsonObject } from '../../admission/json-body.ts'
import type { AnswerEvent, AnswerWriter, UsageCounts } from '../answer.ts'
import type { AnswerContext } from '../dialect.ts'
import { finishReasonOf, hiddenDetail, signedDetail } from './answer.ts'
import { writeUsage } from './usage.ts'

export class ChatStreamWriter implements AnswerWriter {
  readonly #context: AnswerContext
  /** The choices whose first chunk, which names the role, was sent. */
  readonly #begun = new Set<number>()
  #id: string
  #model: string
  #usage: UsageCounts | null = null
  /** What was reasoned since the last signature, which is told again beside it: they belong together. */
  #reasoning = ''

  constructor(context: AnswerContext) {
    this.#context = context
    this.#id = context.requestId
    this.#model = context.model
  }

  write(event: AnswerEvent): string {
    switch (event.type) {
      case 'start':
        this.#id = event.id ?? this.#id
        this.#model = event.model ?? this.#model
        return ''
      case 'text':
        return this.#delta(event.choice, { content: event.text })
      case 'reasoning':
        this.#reasoning += event.text
        return this.#delta(event.choice, { reasoning_content: event.text })
      case 'refusal':
        return this.#delta(event.choice, { refusal: event.text })
      case 'signature': {
        const detail = signedDetail(this.#reasoning, event.signature)
        this.#reasoning = ''
        return this.#delta(event.choice, { reasoning_details: [detail] })
      }
      case 'hidden_reasoning':
        return this.#delta(event.choice, { reasoning_details: [hiddenDetail(event.data)] })
      case 'tool_call':
        return this.#delta(event.choice, { tool_calls: [openingOf(event)] })
      case 'tool_arguments': {
        const call = { index: event.index, function: { arguments: event.text } }
        return this.#delta(event.choice, { tool_calls: [call] })
      }
      case 'stop':
        return this.#chunk([this.#choice(event.choice, {}, finishReasonOf(event.stop))])
      case 'usage':
        if (event.isFinal) this.#usage = event.usage
        return ''
      case 'end':
        return `${this.#usageChunk()}data: [DONE]\n\n`
      default:
        return ''
    }
  }

  #delta(choice: number, delta: JsonObject): string {
    const role = this.#begun.has(choice) ? {} : { role: 'assistant' }
    this.#begun.add(choice)
    return this.#chunk([this.#choice(choice, { ...role, ...delta }, null)])
  }

  #choice(index: number, delta: JsonObject, finish_reason: string | null): JsonObject {
    return { index, delta, logprobs: null, finish_reason }
  }

  #usageChunk(): string {
    if (!this.#context.keepUsage || this.#usage === null) return ''
    return this.#chunk([], writeUsage(this.#usage))
  }

  #chunk(choices: readonly JsonObject[], usage: JsonObject | null = null): string {
    const chunk = {
      id: this.#id,
      object: 'chat.completion.chunk',
      created: this.#context.createdSeconds,
      model: this.#model,
      choices,
      ...(this.#context.keepUsage ? { usage } : {}),
    }
    return `data: ${JSON.stringify(chunk)}\n\n`
  }
}

function openingOf({ index, id, name, signature }: Extract<AnswerEvent, { type: 'tool_call' }>) {
  const extra =
    signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }
  return { index, id, type: 'function', function: { name, arguments: '' }, ...extra }
}
