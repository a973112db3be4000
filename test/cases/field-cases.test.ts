/** Each field case about access has a test that names it, or a reason why it can't happen. */
import { expect, it } from 'vitest'
import { read, sourceFiles } from '../repo/files.ts'
import { heldElsewhere, notHere, numbers } from './field-cases.ts'

const title = /\b(?:it|test|describe)(?:\.each\([^\n]*\))?\(\s*(['"`])(.*?)\1,?/gs
const act = /\bact: (['"`])(.*?)\1/g
const number = /\bA\+?\d+\b/g

/** Numbers that stand in the name of a test. */
function numbersInTitles(): Set<string> {
  const found = new Set<string>()
  for (const path of sourceFiles().filter((file) => file.endsWith('.test.ts'))) {
    const text = read(path)
    for (const match of [...text.matchAll(title), ...text.matchAll(act)]) {
      for (const [one] of match[2]!.matchAll(number)) found.add(one)
    }
  }
  return found
}

it('every number has its test, or a reason why it needs none', () => {
  const named = numbersInTitles()
  const missing = numbers.filter(
    (one) => !named.has(one) && !(one in heldElsewhere) && !(one in notHere),
  )
  expect(missing).toEqual([])
})

it('the tests that are named here exist', () => {
  for (const [one, tests] of Object.entries(heldElsewhere)) {
    for (const { file, test } of tests)
      expect([one, read(file)]).toEqual([one, expect.stringContaining(test)])
  }
})

it('what is said not to happen has no test that says otherwise', () => {
  const named = numbersInTitles()
  expect(Object.keys(notHere).filter((one) => named.has(one) || one in heldElsewhere)).toEqual([])
})
