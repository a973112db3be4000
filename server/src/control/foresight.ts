/**
 * What a change would do to access, told by a dry run: the powers of everybody whom it can touch are
 * read before it and after it, in the transaction that is then rolled back, and compared. An operation
 * only names whom it can touch; naming too many costs time and changes no answer.
 */
import { type AccessChange, seatsComparedMax } from '@commonhold/contract'
import type { ResourceId, TokenId } from '@commonhold/core'
import { loadPowerRows } from '../store/power.ts'
import type { PowerRows } from '../store/power-rows.ts'
import { countSeats, type PowerScope, type Seat, seatsIn } from '../store/power-seats.ts'
import { differenceOf } from './access-difference.ts'
import { tellAccess } from './access-told.ts'
import type { Context, Loss } from './context.ts'
import { disclosureFor } from './disclosure.ts'
import { Powers } from './powers.ts'

/** Whom a change can touch. */
export interface Touched extends PowerScope {
  /** Resources that it makes, deletes, moves or grants anew. */
  readonly resources?: readonly ResourceId[]
  /** Tokens whose secrets stop working, whatever they may. */
  readonly tokens?: readonly TokenId[]
}

/** The powers on both sides, for whatever else has to be judged by them. */
export interface Foreseen {
  readonly access: AccessChange
  readonly before: Powers
  readonly after: Powers
  readonly seats: readonly Seat[]
  readonly ended: readonly TokenId[]
}

/** How many sentences tell a change; the rest are told as a number. */
export const sentencesMax = 50

interface Begun {
  readonly touched: Touched
  readonly seats: readonly Seat[]
  readonly rows: PowerRows
}

export class Foresight {
  readonly #context: Context
  #begun: Begun | null = null
  #tooMany = 0

  constructor(context: Context) {
    this.#context = context
  }

  /** Reads how it is. To be called once, before anything is written. */
  async begin(asked: Touched): Promise<void> {
    if (this.#begun !== null) throw new Error('whom a change touches is said once')
    const { tx, account, now } = this.#context
    // Who else has a share, or a role of the tenant, is none of an account's business.
    const accounts = account.isRoot
      ? asked.accounts
      : asked.accounts.filter((id) => id === account.id)
    const touched = { ...asked, accounts: [...new Set(accounts)] }
    const seats = await seatsIn(tx, touched, seatsComparedMax + 1)
    if (seats.length > seatsComparedMax) {
      this.#tooMany = await countSeats(tx, touched)
      return
    }
    const reading = { accounts: touched.accounts, seats, teams: [], now }
    const rows = await loadPowerRows(tx, { ...reading, resources: touched.resources ?? [] })
    this.#begun = { touched, seats, rows }
  }

  /** Reads how it would be, and compares. @returns null where nobody's access was touched */
  async end(): Promise<Foreseen | null> {
    const { tx, caller, now } = this.#context
    if (this.#begun === null) {
      return this.#tooMany === 0 ? null : this.#uncompared()
    }
    const { touched, seats, rows } = this.#begun
    const moved = touched.resources ?? []
    const rowsAfter = await loadPowerRows(tx, {
      accounts: touched.accounts,
      seats,
      teams: rows.teams.map(({ id }) => id),
      resources: [...rows.resources.map(({ id }) => id), ...moved],
      now,
    })
    const before = new Powers(caller.tenant, withLaterNamed(rows, rowsAfter, moved))
    const after = new Powers(caller.tenant, rowsAfter)
    const difference = differenceOf(before, after, seats, moved)
    const told = tellAccess(difference, before, after, disclosureFor(this.#context))
    const ended = touched.tokens ?? []
    const access = { ...told, compared: seats.length, notCompared: 0, running: null }
    return { access, before, after, seats, ended }
  }

  #uncompared(): Foreseen {
    const { caller } = this.#context
    const nobody = new Powers(caller.tenant, noRows)
    const total = { losers: 0, gainers: 0, lost: 0, gained: 0 }
    const access = { lost: [], gained: [], total, compared: 0, notCompared: this.#tooMany }
    return {
      access: { ...access, running: null },
      before: nobody,
      after: nobody,
      seats: [],
      ended: [],
    }
  }
}

const noRows: PowerRows = {
  accounts: [],
  principals: [],
  seats: [],
  teams: [],
  teamMembers: [],
  grants: [],
  shares: [],
  tokens: [],
  resources: [],
}

/** What only a later grant or share names stood where it stands before, unless the change made it. */
function withLaterNamed(
  rows: PowerRows,
  later: PowerRows,
  moved: readonly ResourceId[],
): PowerRows {
  const known = new Set(rows.resources.map(({ id }) => id))
  const more = later.resources.filter(({ id }) => !known.has(id) && !moved.includes(id))
  return { ...rows, resources: [...rows.resources, ...more] }
}

/** The losses of access as a dry run's list has them, one sentence each. */
export function sentencesOf({ access }: Foreseen): Loss[] {
  const { lost, total, notCompared } = access
  if (notCompared > 0) {
    const sentence = `${notCompared} members are concerned. Up to ${seatsComparedMax} are compared one by one, so who of these loses what is not told.`
    return [{ what: 'access', id: '', sentence }]
  }
  const told = lost.slice(0, sentencesMax).map(({ account, on, holders, count, sentence }) => {
    const one = count === 1 ? holders[0] : undefined
    return { what: 'access', id: one?.token?.id ?? one?.id ?? on.id ?? account.id, sentence }
  })
  const more = total.lost - told.length
  if (more <= 0) return told
  return [...told, { what: 'access', id: '', sentence: `${more} more losses of this sort.` }]
}
