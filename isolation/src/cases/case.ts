/**
 * A case of the matrix as data: a rule, who asks, where the id stands, which operation. It runs in
 * a world and either holds or says what was answered instead.
 */
import type { AnyOperation } from '@commonhold/contract'
import type { Actor } from '../world/actors.ts'
import { missingLike } from '../world/missing.ts'
import { type Asked, ask, type Exchange } from '../world/request.ts'
import type { World } from '../world/world.ts'

/** Where the id stands that must not be reached; `caller` where it is the caller who may not ask. */
export type IdPlace =
  | 'caller'
  | 'path'
  | 'path, by name'
  | 'path, with If-Match'
  | 'path, in a dry run'
  | 'query'
  | 'search'
  | 'cursor'
  | 'body'
  | 'list in a body'
  | 'Idempotency-Key'
  | 'gateway'
  | 'answer'

export interface Failure {
  readonly why: string
  /** What was asked and answered: for "like a missing one" the foreign id first. */
  readonly exchanges: readonly Exchange[]
}

export interface Case {
  /** A sentence that goes on with "to" and the actor: `an account looks like a missing one`. */
  readonly rule: string
  readonly actor: string
  readonly place: IdPlace
  /** The operation's id or the gateway's route, and what of it where it has several cases. */
  readonly operation: string
  /** It writes, or looks at everything: no other case may run beside it. */
  readonly alone?: true
  /** @returns null when it holds */
  readonly run: (world: World) => Promise<Failure | null>
}

export type Fixed = Pick<Case, 'rule' | 'place'>

/** Everything of account1, by path parameter. */
export const here = (world: World): Readonly<Record<string, string>> => ({
  account: world.account1.accountId,
  ...world.account1.objects,
})

/** The actor gets one of these statuses. */
export function answers(
  fixed: Fixed,
  actor: Actor,
  operation: AnyOperation,
  statuses: readonly number[],
  asked: (world: World) => Asked = (world) => ({ params: here(world) }),
): Case {
  return {
    ...fixed,
    actor: actor.name,
    operation: operation.id,
    run: async (world) => {
      const got = await ask(world.url, operation, asked(world), actor.of(world))
      if (statuses.includes(got.status)) return null
      return { why: `${got.status} and not ${statuses.join(' or ')}`, exchanges: [got] }
    },
  }
}

export interface Likeness {
  readonly actor: Actor
  readonly operation: AnyOperation
  /** What of the operation, such as the field; empty for its one case. */
  readonly what: string
  readonly foreign: (world: World) => readonly string[]
  readonly asked: (world: World, id: string) => Asked
  /** Statuses from here on are refusals; a filter answers 200 and shows nothing. */
  readonly statusMin?: number
}

/** What the actor is told of each foreign id is what he is told of one that nothing has. */
export function likeMissing(fixed: Fixed, likeness: Likeness): Case {
  const { actor, operation, what, foreign, asked, statusMin = 400 } = likeness
  return {
    ...fixed,
    actor: actor.name,
    operation: what === '' ? operation.id : `${operation.id} ${what}`,
    run: async (world) => {
      const answer = (id: string) => ask(world.url, operation, asked(world, id), actor.of(world))
      for (const id of foreign(world)) {
        const failure = await compare(answer, id, statusMin)
        if (failure !== null) return failure
      }
      return null
    },
  }
}

/** Asks for a foreign id and for one that nothing has. */
export async function compare(
  answer: (id: string) => Promise<Exchange>,
  id: string,
  statusMin: number,
): Promise<Failure | null> {
  const missingId = missingLike(id)
  const [foreign, missing] = [await answer(id), await answer(missingId)]
  const why = difference(foreign, missing, id, missingId) ?? tooGood(foreign, statusMin)
  return why === null ? null : { why, exchanges: [foreign, missing] }
}

function tooGood({ status }: Exchange, statusMin: number): string | null {
  if (status >= 500) return `${status}: an error of the server proves nothing`
  return status < statusMin ? `${status} and not refused` : null
}

/** What the caller wrote himself tells him nothing when it is repeated, so it is left out. */
function difference(a: Exchange, b: Exchange, idOfA: string, idOfB: string): string | null {
  if (a.status !== b.status) return `status ${a.status}, but ${b.status} for a missing one`
  const plain = (text: string, id: string) =>
    text
      .replaceAll(id, '…')
      .replaceAll(encodeURIComponent(id), '…')
      // A cursor is bound to what was asked: it differs with the question, and says nothing.
      .replace(/"nextCursor":"[^"]*"/, '"nextCursor":"…"')
  if (plain(a.said, idOfA) !== plain(b.said, idOfB)) return 'the bodies differ'
  const headers = (of: Exchange, id: string) => plain(JSON.stringify(of.headers), id)
  return headers(a, idOfA) === headers(b, idOfB) ? null : 'the headers differ'
}

const shownLettersMax = 600

/** The failure in words, with the beginnings of the answers. */
export function sayFailure({ why, exchanges }: Failure): string {
  const lines = exchanges.map(
    ({ request, sent, status, said }) =>
      `${request}${sent === null ? '' : ` ${sent}`} → ${status} ${said.slice(0, shownLettersMax)}`,
  )
  return [why, ...lines].join('\n')
}
