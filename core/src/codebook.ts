/**
 * Numbers for resources and for sets of permissions, so that a hundred thousand grants are kept as pairs
 * of numbers and compared as such. A number means something in its own book only and is never given
 * again, so whoever compares two of them compares the books first.
 */
import type { ResourceId } from './ids.ts'
import { type PermissionSet, union } from './permission.ts'

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
  /** Of the instances that stand for their equals: most sets that are asked about are one of them. */
  readonly #codesOfInstances = new Map<PermissionSet, number>()
  readonly #sets: PermissionSet[] = []
  readonly #unions = new Map<string, number>()

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
    const ofInstance = this.#codesOfInstances.get(set)
    if (ofInstance !== undefined) return ofInstance
    const key = String.fromCharCode(...set)
    const known = this.#codes.get(key)
    if (known !== undefined) return known
    const code = this.#sets.push(set) - 1
    this.#codes.set(key, code)
    this.#codesOfInstances.set(set, code)
    return code
  }

  /** @returns the code of what two sets are together */
  unionOf(a: number, b: number): number {
    if (a === b) return a
    const key = `${a} ${b}`
    const known = this.#unions.get(key)
    if (known !== undefined) return known
    const code = this.codeOf(union(this.setAt(a), this.setAt(b)))
    this.#unions.set(key, code)
    return code
  }

  setAt(code: number): PermissionSet {
    return this.#sets[code]!
  }

  /** One instance for all equal sets: most grants share a handful of roles. */
  canonical(set: PermissionSet): PermissionSet {
    return this.setAt(this.codeOf(set))
  }
}
