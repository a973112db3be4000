/** A dry run is the real thing, undone: thrown out of its transaction once its answer is known. */
import type { Answer, Call } from './call.ts'
import type { AuditNote, Loss } from './context.ts'

export function isDryRun(call: Pick<Call, 'query'>): boolean {
  return (call.query as { dryRun?: boolean } | undefined)?.dryRun === true
}

/** Thrown to roll a dry run back. Whoever began the transaction answers with `answer`. */
export class DryRun extends Error {
  readonly answer: Answer
  constructor(notes: readonly AuditNote[], losses: readonly Loss[], result: unknown) {
    super('dry run')
    this.answer = answerOf(notes, losses, result)
  }
}

function answerOf(notes: readonly AuditNote[], losses: readonly Loss[], result: unknown): Answer {
  const changes = notes.map(({ target, before, after }) => ({ target, before, after }))
  // A secret made in a dry run is undone with it; showing it would only mislead.
  const shown = JSON.parse(
    JSON.stringify(result ?? null, (key, value) =>
      key === 'secret' || key === 'link' || key === 'adminLink' ? null : value,
    ),
  )
  return { status: 200, dryRun: true, body: { dryRun: true, changes, lost: losses, result: shown } }
}
