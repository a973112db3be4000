/** A dry run is the real thing, undone: thrown out of its transaction once its answer is known. */
import type { RunningCalls } from '@commonhold/contract'
import type { Answer, Call } from './call.ts'
import type { AuditNote, Context, Loss } from './context.ts'
import { type Foreseen, sentencesOf } from './foresight.ts'

export function isDryRun(call: Pick<Call, 'query'>): boolean {
  return (call.query as { dryRun?: boolean } | undefined)?.dryRun === true
}

/** Thrown to roll a dry run back. Whoever began the transaction answers with `answer`. */
export class DryRun extends Error {
  readonly #body: Record<string, unknown>
  readonly foreseen: Foreseen | null
  /** Of the transaction that is undone: what it had loaded is still true, it is only not open any more. */
  readonly context: Context | null
  constructor(
    notes: readonly AuditNote[],
    losses: readonly Loss[],
    result: unknown,
    foreseen: Foreseen | null = null,
    context: Context | null = null,
  ) {
    super('dry run')
    this.foreseen = foreseen
    this.context = context
    const changes = notes.map(({ target, before, after }) => ({ target, before, after }))
    const lost = [...losses, ...(foreseen === null ? [] : sentencesOf(foreseen))]
    const access = foreseen?.access ?? null
    this.#body = { dryRun: true, changes, lost, access, result: shown(result) }
  }

  /** @param running what of the access runs now, where that was asked */
  answer(running: RunningCalls | null = null): Answer {
    const body = this.#body
    const access = running === null ? body.access : { ...this.foreseen?.access, running }
    return { status: 200, dryRun: true, body: { ...body, access } }
  }
}

/** A secret made in a dry run is undone with it; showing it would only mislead. */
function shown(result: unknown): unknown {
  return JSON.parse(
    JSON.stringify(result ?? null, (key, value) =>
      key === 'secret' || key === 'link' || key === 'adminLink' ? null : value,
    ),
  )
}
