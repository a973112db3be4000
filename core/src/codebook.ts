/**
 * Numbers for resources and for sets of permissions, so that a hundred thousand grants are kept as pairs
 * of numbers and compared as such. A number means something in its own book only and is never given
 * again, so whoever compares two of them compares the books first.
 */
import type { ResourceId } from './ids.ts'
import type { PermissionSet } from './permission.ts'

/** A resource as its number, and through `within` what it is in, outwards. */
export interface Place {
  readonly codebook: Codebook
  readonly number: number
  readonly within: Place | null
}

export class Codebook {
  readonly #numbers = new Map<ResourceId, number>()
  /** Number 0 is nobody's: it marks what is empty. */
  readonly #resources: (ResourceId | null)[] = [null]
  readonly #codes = new Map<string, number>()
  readonly #sets: PermissionSet[] = []

  /** How many resources have got a number, those that are gone included. */
  get size(): number {
    return this.#resources.length - 1
  }

  /** @returns the number of the resource, which gets one where it has none */
  numberOf(resource: ResourceId): number {
    const known = this.#numbers.get(resource)
    if (known !== undefined) return known
    const number = this.#resources.length
    this.#numbers.set(resource, number)
    this.#resources.push(resource)
    return number
  }

  /** @param path a resource, then what it is in, outwards; not empty */
  placeOf(path: readonly ResourceId[]): Place {
    return path.reduceRight<Place | null>(
      (within, resource) => ({ codebook: this, number: this.numberOf(resource), within }),
      null,
    )!
  }

  /** @returns undefined for a resource that never got a number, on which nothing can stand then */
  knownNumberOf(resource: ResourceId): number | undefined {
    return this.#numbers.get(resource)
  }

  resourceAt(number: number): ResourceId {
    return this.#resources[number]!
  }

  /** @returns the code of the set; equal sets have one code */
  codeOf(set: PermissionSet): number {
    const key = String.fromCharCode(...set)
    const known = this.#codes.get(key)
    if (known !== undefined) return known
    this.#codes.set(key, this.#sets.length)
    return this.#sets.push(set) - 1
  }

  setAt(code: number): PermissionSet {
    return this.#sets[code]!
  }

  /** One instance for all equal sets: most grants share a handful of roles. */
  canonical(set: PermissionSet): PermissionSet {
    return this.setAt(this.codeOf(set))
  }
}
