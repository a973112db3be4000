/**
 * Lists: what a cursor is, and how a page becomes an answer. A cursor is signed and bound to who
 * asked what: edited, or used by another caller, for another filter or order, it is refused
 * (case A29). It tells nothing that the list has not told already.
 */
import { type ListParameters, Refusal } from '@commonhold/contract'
import type { Page, PageRequest } from '../store/page.ts'
import type { Context } from './context.ts'

/** The operator's lists have neither a caller nor an account. */
type Listing = Pick<Context, 'query' | 'params' | 'operation' | 'services'> &
  Partial<Pick<Context, 'caller' | 'account'>>

function bindingOf(listing: Listing): string {
  const { limit: _, cursor: __, ...asked } = listing.query as ListParameters
  const { account, caller, operation, params } = listing
  return JSON.stringify([caller?.principal.id, account?.id, operation.id, params, asked])
}

/** @throws invalid_cursor */
export function pageRequest(context: Listing): PageRequest {
  const { cursor, limit, sort, q, filter } = context.query as ListParameters
  const request = { limit, sort, filter, ...(q === undefined ? {} : { q }) }
  if (cursor === undefined) return { ...request, after: null }
  const [body = '', signature, ...rest] = cursor.split('.')
  const expected = context.services.hasher.sign(body + bindingOf(context))
  if (signature !== expected || rest.length > 0) {
    throw new Refusal('invalid_cursor', 'Use nextCursor as it was given, with the same parameters.')
  }
  const [value, id] = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
  return { ...request, after: { value, id } }
}

/** @param present how a row looks from outside */
export function listAnswer<Row, Item>(
  context: Listing,
  page: Page<Row>,
  present: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null; total?: number } {
  return {
    items: page.rows.map(present),
    nextCursor: page.next && cursorFor(context, page.next),
    ...(page.total === null ? {} : { total: page.total }),
  }
}

function cursorFor(context: Listing, next: { value: string; id: string }): string {
  const body = Buffer.from(JSON.stringify([next.value, next.id])).toString('base64url')
  return `${body}.${context.services.hasher.sign(body + bindingOf(context))}`
}
