/** The contract's promise is kept whole: each operation is implemented, once. */
import { operations } from '@commonhold/contract'
import { expect, it } from 'vitest'
import { implementations } from '../../src/control/implementations.ts'

const promised = operations.map((operation) => operation.id).sort()
const kept = implementations.map(({ operation }) => operation.id).sort()

it('has an implementation for each operation of the contract', () => {
  expect(promised.filter((id) => !kept.includes(id))).toEqual([])
})

it('has no operation implemented twice, or outside the contract', () => {
  expect(kept).toEqual([...new Set(kept)])
  expect(kept.filter((id) => !promised.includes(id))).toEqual([])
})
