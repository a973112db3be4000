/** Where a provider account points: its own address, or the vendor's. */
import { providerPreset } from '@commonhold/contract'
import { checkUpstreamUrl } from '../../outgoing/ssrf-guard.ts'
import type { ProviderEntry } from '../snapshot/entries.ts'
import type { ProviderContext } from './provider.ts'

export interface BaseUrl {
  readonly origin: string
  /** Without a slash at its end. */
  readonly path: string
}

/** Parsing and checking a URL costs more than all else that is done with it, so it is done once. */
const known = new Map<string, BaseUrl | string>()
const knownMax = 10_000

/**
 * @param own the vendor's address for this account, where it depends on more than the vendor
 * @returns a sentence where there is none that may be called
 */
export function baseUrlOf(
  { allowPrivate }: Pick<ProviderContext, 'allowPrivate'>,
  { baseUrl, provider }: Pick<ProviderEntry, 'baseUrl' | 'provider'>,
  own?: string,
): BaseUrl | string {
  const text = baseUrl ?? own ?? providerPreset(provider)?.baseUrl ?? null
  if (text === null) return 'The provider account has no base URL.'
  const key = `${allowPrivate ? '+' : '-'}${text}`
  const found = known.get(key)
  if (found !== undefined) return found
  const made = checked(text, allowPrivate)
  if (known.size >= knownMax) known.clear()
  known.set(key, made)
  return made
}

function checked(text: string, allowPrivate: boolean): BaseUrl | string {
  const problem = checkUpstreamUrl(text, { allowPrivate })
  if (problem !== null) return `The base URL of the provider account can't be used. ${problem}`
  const { origin, pathname } = new URL(text)
  return { origin, path: pathname.replace(/\/+$/, '') }
}
