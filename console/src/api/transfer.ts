/** Offering a resource of any kind that can change hands: the operation is called after the kind. */
import { type DryRun, type OperationId, operations } from '@commonhold/sdk'
import { client } from './client.ts'

export interface Offer {
  kind: string
  account: string
  id: string
  to: string
  withSecrets?: boolean
}

/** Kinds that keep a key or a value that is never shown. */
export const keepsSecret: readonly string[] = ['provider-account', 'secret-group']

export function isTransferable(kind: string): boolean {
  return Object.hasOwn(operations, `${kind}.transfer`)
}

function call({ kind, account, id, to, withSecrets }: Offer, options: { dryRun?: true }) {
  const field = kind.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const body = { to, ...(withSecrets === undefined ? {} : { withSecrets }) }
  return client.call(`${kind}.transfer` as OperationId, { account, [field]: id }, body, options)
}

export function previewTransfer(offer: Offer) {
  return call(offer, { dryRun: true }) as Promise<DryRun<unknown>>
}

export function offerTransfer(offer: Offer): Promise<unknown> {
  return call(offer, {})
}
