/**
 * The lines of a batch: each is a request as its route would have it, checked and bounded as if it came by
 * itself, and written anew with the vendor's name of the model. All of a batch are for one model.
 */
import { setImmediate } from 'node:timers/promises'
import type { Caller } from '../admission/caller.ts'
import { editedBody, isObject, type JsonBody, parseJsonBody } from '../admission/json-body.ts'
import { findUsable } from '../admission/target.ts'
import { Failure } from '../call/failure.ts'
import { findProvider } from '../providers/index.ts'
import type { MeteredRoute, Provider } from '../providers/provider.ts'
import { checkedModelName } from '../serve/metered.ts'
import { meters } from '../serve/meters.ts'
import type { ModelEntry } from '../snapshot/entries.ts'

export const linesMax = 50_000
/** So many are read before others get their turn. */
const linesAtOnce = 200

/** What a line may ask for, by the path of its route. */
const batchPaths: ReadonlyMap<unknown, MeteredRoute> = new Map([
  ['/v1/chat/completions', 'chat'],
  ['/v1/responses', 'responses'],
  ['/v1/embeddings', 'embeddings'],
])

export function isPathOf(path: unknown, route: string): boolean {
  return batchPaths.get(path) === route
}

export interface Lines {
  readonly model: ModelEntry
  readonly route: MeteredRoute
  /** As the provider gets it. */
  readonly text: string
  readonly count: number
  readonly inputTokensMax: number
  readonly outputTokensMax: number
}

interface Target {
  readonly name: string
  readonly route: MeteredRoute
  readonly model: ModelEntry
  readonly provider: Provider
}

/** @throws Failure that names the line */
export async function readLines(caller: Caller, bytes: Buffer): Promise<Lines> {
  const written: string[] = []
  let target: Target | null = null
  let [inputTokensMax, outputTokensMax] = [0, 0]
  let from = 0
  for (let number = 1; from < bytes.length; number++) {
    const newline = bytes.indexOf(0x0a, from)
    const end = newline < 0 ? bytes.length : newline
    const line = bytes.subarray(from, end)
    from = end + 1
    if (line.toString('latin1').trim() === '') continue
    if (written.length === linesMax) throw invalid(number, `A batch has ${linesMax} lines at most.`)
    try {
      const asked = requestIn(line)
      target ??= targetOf(caller, asked)
      const one = boundedLine(asked, target)
      written.push(one.text)
      inputTokensMax += one.inputTokensMax
      outputTokensMax += one.outputTokensMax
    } catch (error) {
      throw error instanceof Failure ? invalid(number, error.message, error) : error
    }
    if (written.length % linesAtOnce === 0) await setImmediate()
  }
  if (target === null)
    throw new Failure('invalid_request', 'The file has no lines.', { param: 'file' })
  const { model, route } = target
  const text = `${written.join('\n')}\n`
  return { model, route, text, count: written.length, inputTokensMax, outputTokensMax }
}

interface Asked {
  readonly line: JsonBody
  readonly body: JsonBody
  readonly route: MeteredRoute
  readonly name: string
}

function requestIn(bytes: Buffer): Asked {
  const line = parseJsonBody(bytes)
  const { custom_id: id, method, url, body: inner } = line.value
  if (typeof id !== 'string' || id === '') throw wrong("It needs a 'custom_id'.")
  const route = method === 'POST' ? batchPaths.get(url) : undefined
  if (route === undefined) {
    throw wrong("Its 'url' must be that of chat completions, responses or embeddings, by POST.")
  }
  if (!isObject(inner)) throw wrong("Its 'body' must be an object.")
  const [from, to] = line.spans.get('body')!
  const body = parseJsonBody(Buffer.from(line.text.slice(from, to)))
  if (body.value.stream === true) throw wrong('Nothing in a batch can be streamed.')
  meters[route].refuse?.(body)
  return { line, body, route, name: checkedModelName(body) }
}

/** @throws Failure as any call of the model would */
function targetOf(caller: Caller, { name, route }: Asked): Target {
  const model = findUsable(caller, name)
  if (model.type !== 'model') throw wrong('A batch is for a model, and not for a virtual one.')
  const { modelType, serves } = meters[route]
  const provider = findProvider(model.provider.provider)
  if (
    model.modelType !== modelType ||
    provider?.routeFor(route, model.upstreamModel) !== route ||
    !provider.hasBatches
  ) {
    throw wrong(`The model '${name}' does not serve ${serves} in batches.`)
  }
  return { name, route, model, provider }
}

function boundedLine({ line, body, route, name }: Asked, target: Target) {
  if (name !== target.name || route !== target.route) {
    throw wrong('All lines of a batch must be for one model and one url.')
  }
  const { provider, model } = target
  const sent = String(provider.ownBody(body, model, route))
  const bounds = meters[route].bounds(body, Buffer.byteLength(sent), model)
  return {
    text: editedBody(line, new Map([['body', sent]])),
    inputTokensMax: bounds.inputTokensMax,
    outputTokensMax: bounds.outputTokensMax * bounds.choices,
  }
}

function wrong(message: string): Failure {
  return new Failure('invalid_request', message, { param: 'file', shouldRetry: false })
}

function invalid(number: number, message: string, cause?: Failure): Failure {
  const details = { param: 'file', shouldRetry: false }
  return new Failure(cause?.code ?? 'invalid_request', `Line ${number}: ${message}`, details)
}
