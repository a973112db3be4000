/**
 * A case of the matrix as data: a rule, who asks, where the id stands, which operation. It runs in
 * a world and either holds or says what was answered instead.
 */
import { type AnyOperation, operations } from '@commonhold/contract'
import type { Actor } from '../world/actors.ts'
import { missingLike } from '../world/missing.ts'
import { type Asked, ask, type Exchange } from '../world/request.ts'
import type { World } from '../world/world.ts'

/** Where the id stands that must not be reached; `none` where it is the caller who may not ask. */
export type Place = 'none' | 'path' | 'filter' | 'cursor' | 'body' | 'list in a body'

export interface Failure {
  readonly why: string
  /** What was asked and answered: for "like a missing one" the foreign id first. */
  readonly exchanges: readonly Exchange[]
}

export interface Case {
  /** A sentence with the actor left out: `an account looks like a missing one`. */
  readonly rule: string
  readonly actor: string
  readonly place: Place
  /** The operation's id, and what of it where it has several cases. */
  readonly operation: string
  /** @returns null when it holds */
  readonly run: (world: World) => Promise<Failure | null>
}

type Fixed = Pick<Case, 'rule' | 'place'>

/** Everything of account1, by path parameter. */
export const here = (world: World) => ({
  account: world.account1.accountId,
  ...world.account1.objects,
})

/** The actor gets one of these statuses. */
export function refused(
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

/** What the actor is told of each foreign id is what he is told of one that nothing has. */
export function likeMissing(
  fixed: Fixed,
  actor: Actor,
  operation: AnyOperation,
  what: string,
  foreignIds: (world: World) => readonly string[],
  asked: (world: World, id: string) => Asked,
  /** Statuses from here on are refusals; a filter answers 200 and shows nothing. */
  statusMin = 400,
): Case {
  return {
    ...fixed,
    actor: actor.name,
    operation: what === '' ? operation.id : `${operation.id} ${what}`,
    run: async (world) => {
      const answer = async (id: string) => {
        const got = await ask(world.url, operation, asked(world, id), actor.of(world))
        return got
      }
      for (const id of foreignIds(world)) {
        const missingId = missingLike(id)
        const [foreign, missing] = [await answer(id), await answer(missingId)]
        const why = difference(foreign, missing, id, missingId) ?? tooGood(foreign, statusMin)
        if (why !== null) return { why, exchanges: [foreign, missing] }
      }
      return null
    },
  }
}

function tooGood({ status }: Exchange, statusMin: number): string | null {
  if (status >= 500) return `${status}: an error of the server proves nothing`
  return status < statusMin ? `${status} and not refused` : null
}

/** What the caller wrote himself tells him nothing when it is repeated, so it is left out. */
export function difference(a: Exchange, b: Exchange, idOfA = '', idOfB = ''): string | null {
  if (a.status !== b.status) return `status ${a.status}, but ${b.status} for a missing one`
  const plain = (text: string, id: string) => (id === '' ? text : text.replaceAll(id, '…'))
  const [saidA, saidB] = [plain(a.said, idOfA), plain(b.said, idOfB)]
  if (saidA !== saidB) return 'the bodies differ'
  const [headersA, headersB] = [
    plain(JSON.stringify(a.headers), idOfA),
    plain(JSON.stringify(b.headers), idOfB),
  ]
  return headersA === headersB ? null : 'the headers differ'
}

/** The operations of the API that act in an account. */
export const inAccount = operations.filter((o) => o.area === 'api' && o.path.includes('{account}'))
export const byPermission = inAccount.filter((o) => o.access.by === 'permission')
/** What is outside of accounts, by who may call it. */
export const about = (by: AnyOperation['access']['by']) =>
  operations.filter((o) => o.access.by === by && !inAccount.includes(o))

/** Authorised on something of the acting account, and not on root. */
export function onAccount({ access }: AnyOperation): boolean {
  return access.by === 'permission' && access.on !== 'root'
}

/** The names in braces of the path. */
export const parameters = ({ path }: AnyOperation) =>
  [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!)
