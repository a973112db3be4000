/**
 * What is held on resources, by number: a hash table with open addressing in one array of integers. It
 * says what a map of ids to sets would say, and is that to whoever asks by id. A question by place
 * touches a line or two of memory instead of a dozen, which is what keeps `decide` fast in a tenant
 * that fits no processor's cache.
 */
import type { Codebook, Place } from './codebook.ts'
import type { ResourceId } from './ids.ts'
import { has, type PermissionBit, type PermissionSet } from './permission.ts'

/** A number and a code. Number 0 is an empty slot. */
const slotLength = 2
const slotsMin = 4

export class HeldTable implements ReadonlyMap<ResourceId, PermissionSet> {
  readonly codebook: Codebook
  readonly size: number
  readonly #slots: Int32Array
  readonly #mask: number

  /** @param codes of sets, by the numbers of resources */
  constructor(codebook: Codebook, codes: ReadonlyMap<number, number>) {
    let slots = slotsMin
    while (slots < codes.size * 1.5) slots *= 2
    this.codebook = codebook
    this.size = codes.size
    this.#mask = slots - 1
    this.#slots = new Int32Array(slots * slotLength)
    for (const [number, code] of codes) {
      const slot = this.#slotOf(number)
      this.#slots[slot] = number
      this.#slots[slot + 1] = code
    }
  }

  static of(codebook: Codebook, held: ReadonlyMap<ResourceId, PermissionSet>): HeldTable {
    const codes = new Map<number, number>()
    for (const [id, set] of held) codes.set(codebook.numberOf(id), codebook.codeOf(set))
    return new HeldTable(codebook, codes)
  }

  /** Several tables of one book as one; of a single one that says anything, itself. */
  static unite(codebook: Codebook, tables: readonly HeldTable[]): HeldTable {
    const speaking = tables.filter(({ size }) => size > 0)
    if (speaking.length === 1) return speaking[0]!
    const codes = new Map<number, number>()
    for (const table of speaking) table.#addTo(codes)
    return new HeldTable(codebook, codes)
  }

  /** On the resource that stands there, or on what it is in. */
  holds(permission: PermissionBit, at: Place): boolean {
    if (this.size === 0) return false
    for (let place: Place | null = at; place !== null; place = place.within) {
      const set = this.#at(place.number)
      if (set !== undefined && has(set, permission)) return true
    }
    return false
  }

  get(resource: ResourceId): PermissionSet | undefined {
    const number = this.codebook.knownNumberOf(resource)
    return number === undefined ? undefined : this.#at(number)
  }

  has(resource: ResourceId): boolean {
    return this.get(resource) !== undefined
  }

  *entries(): MapIterator<[ResourceId, PermissionSet]> {
    for (let slot = 0; slot < this.#slots.length; slot += slotLength) {
      const number = this.#slots[slot]!
      if (number === 0) continue
      yield [this.codebook.resourceAt(number), this.codebook.setAt(this.#slots[slot + 1]!)]
    }
  }

  *keys(): MapIterator<ResourceId> {
    for (const [resource] of this.entries()) yield resource
  }

  *values(): MapIterator<PermissionSet> {
    for (const [, set] of this.entries()) yield set
  }

  [Symbol.iterator](): MapIterator<[ResourceId, PermissionSet]> {
    return this.entries()
  }

  forEach(
    tell: (
      set: PermissionSet,
      resource: ResourceId,
      map: ReadonlyMap<ResourceId, PermissionSet>,
    ) => void,
  ): void {
    for (const [resource, set] of this.entries()) tell(set, resource, this)
  }

  #addTo(codes: Map<number, number>): void {
    for (let slot = 0; slot < this.#slots.length; slot += slotLength) {
      const number = this.#slots[slot]!
      if (number === 0) continue
      const [before, code] = [codes.get(number), this.#slots[slot + 1]!]
      codes.set(number, before === undefined ? code : this.codebook.unionOf(before, code))
    }
  }

  #at(number: number): PermissionSet | undefined {
    const slot = this.#slotOf(number)
    return this.#slots[slot] === 0 ? undefined : this.codebook.setAt(this.#slots[slot + 1]!)
  }

  /** Where the number stands, or would stand. There is always an empty slot: see the constructor. */
  #slotOf(number: number): number {
    // Fibonacci hashing: neighbouring numbers end far apart (Knuth, volume 3, section 6.4).
    let index = (Math.imul(number, 0x9e3779b1) >>> 8) & this.#mask
    for (;;) {
      const slot = index * slotLength
      const there = this.#slots[slot]
      if (there === 0 || there === number) return slot
      index = (index + 1) & this.#mask
    }
  }
}
