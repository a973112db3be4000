/**
 * What is not sold by the token: pictures, speech, searches. A rate is declared or it is unknown (null),
 * and a declared 0 is free. A picture may cost by its size and quality; where a request leaves one of them
 * to the provider, the dearest that the provider could choose is the bound.
 */
import { maxOf, type Nanos } from './money.ts'

export type UnitKind = 'image' | 'audio_second' | 'character' | 'search_unit'

/** So many of one kind: asked for, or used. */
export interface UnitCount {
  readonly kind: UnitKind
  readonly units: number
  /** Of a picture; null leaves it to the provider. */
  readonly size?: string | null
  readonly quality?: string | null
}

/** What a picture of this size and quality costs; null stands for every one. */
export interface ImageRate {
  readonly size: string | null
  readonly quality: string | null
  readonly nanos: Nanos
}

export interface UnitRates {
  /** A picture of which no rate says more. */
  readonly imageNanos: Nanos | null
  /** The first that fits counts. */
  readonly images: readonly ImageRate[]
  readonly audioMinuteNanos: Nanos | null
  readonly characterNanosPerMillion: bigint | null
  readonly searchUnitNanos: Nanos | null
}

const million = 1_000_000n
const secondsPerMinute = 60n

/** @returns nano-dollars for a million of these units, or null where nobody declared it */
export function unitRate(rates: UnitRates | undefined, count: UnitCount): bigint | null {
  if (rates === undefined) return null
  switch (count.kind) {
    case 'image':
      return millionOf(imageNanos(rates, count))
    case 'audio_second': {
      const { audioMinuteNanos: nanos } = rates
      // Up: by less than a nano in a million seconds.
      return nanos === null ? null : (nanos * million + secondsPerMinute - 1n) / secondsPerMinute
    }
    case 'character':
      return rates.characterNanosPerMillion
    case 'search_unit':
      return millionOf(rates.searchUnitNanos)
  }
}

function millionOf(nanos: Nanos | null): bigint | null {
  return nanos === null ? null : nanos * million
}

/** The rate that fits; of several that the provider could choose from, the dearest. */
function imageNanos({ images, imageNanos: other }: UnitRates, count: UnitCount): Nanos | null {
  const { size = null, quality = null } = count
  const possible = images.filter((rate) => fits(rate.size, size) && fits(rate.quality, quality))
  const certain = possible.find(
    (rate) => isCovered(rate.size, size) && isCovered(rate.quality, quality),
  )
  if (size !== null && quality !== null) return certain?.nanos ?? other
  // What no rate covers costs as any other picture; undeclared, it could cost anything.
  if (certain === undefined && other === null) return null
  return possible.reduce<Nanos>((dearest, { nanos }) => maxOf(dearest, nanos), other ?? 0n)
}

const fits = (declared: string | null, asked: string | null) =>
  declared === null || asked === null || declared === asked

const isCovered = (declared: string | null, asked: string | null) =>
  declared === null || declared === asked

/** @returns the rates that somebody could have mistyped, by name */
export function namedUnitRates(rates: UnitRates): [name: string, nanos: Nanos][] {
  const { imageNanos: image, images, audioMinuteNanos: minute, searchUnitNanos: search } = rates
  const named: [string, Nanos | null][] = [
    ['image', image],
    ...images.map(({ nanos }): [string, Nanos] => ['image', nanos]),
    ['minute of audio', minute],
    ['search unit', search],
  ]
  return named.filter((one): one is [string, Nanos] => one[1] !== null)
}
