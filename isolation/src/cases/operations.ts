/** The operations of the contract, sorted by where they act and who may call them. */
import { type AnyOperation, operations } from '@commonhold/contract'
import { documented } from './document.ts'

/** Those that act in an account. */
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

/** They are no ids: a number, a word, a month. */
const notIds = new Set(['account', 'version', 'label', 'period'])

/** The object that fills a parameter: of tokens there are two kinds, under one name. */
export const objectOf = (operation: AnyOperation, parameter: string) =>
  operation.id.startsWith('personal-access-token.') && parameter === 'token'
    ? 'personal-access-token'
    : parameter

/** The parameters that name something in the account. */
export const idParameters = (operation: AnyOperation) =>
  parameters(operation).filter((name) => !notIds.has(name))

const asksFor = (operation: AnyOperation, name: string) =>
  documented(operation).parameters?.some((one) => one.in === 'query' && one.name === name) === true

/** Whether the operation is asked page by page. */
export const hasPages = (operation: AnyOperation) => asksFor(operation, 'cursor')
export const hasSearch = (operation: AnyOperation) => asksFor(operation, 'q')

/** Lists of an account, and of nothing in it. */
export const lists = inAccount.filter(
  (o) =>
    o.method === 'GET' && parameters(o).length === 1 && (o.id.endsWith('.list') || hasPages(o)),
)

/** As much of a list as one page may hold. */
export const wholePage = (operation: AnyOperation) => (hasPages(operation) ? '?limit=200' : '')

export function operationOf(id: string): AnyOperation {
  const found = operations.find((o) => o.id === id)
  if (found === undefined) throw new Error(`There is no operation ${id}.`)
  return found
}
