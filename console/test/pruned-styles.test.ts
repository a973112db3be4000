/** Leaving styles out must never take one that a component needs. */
import { expect, test } from 'vitest'
import { prune } from '../build/pruned-styles.ts'

const used = new Set(['m_aaaaaaaa', 'm_bbbbbbbb'])

test('a rule goes when its class is in no script', () => {
  expect(prune('.m_cccccccc{color:red}.m_aaaaaaaa{color:blue}', used)).toBe(
    '.m_aaaaaaaa{color:blue}',
  )
})

test('of several selectors those stay that can match', () => {
  expect(prune('.m_cccccccc,.m_aaaaaaaa:where(.x,.y){top:0}', used)).toBe(
    '.m_aaaaaaaa:where(.x,.y){top:0}',
  )
})

test('a selector that needs one used and one unused class goes', () => {
  expect(prune('.m_aaaaaaaa .m_cccccccc{top:0}', used)).toBe('')
})

test('rules inside of layers and media queries are looked at, empty ones go', () => {
  const css = '@layer mantine{@media (min-width:1px){.m_cccccccc{top:0}}.m_bbbbbbbb{top:1px}}'
  expect(prune(css, used)).toBe('@layer mantine{.m_bbbbbbbb{top:1px}}')
})

test('what names no component is kept as it is', () => {
  const css = '@layer a,b;@keyframes x{0%{top:0}to{top:1px}}:root{--a:"}{"}body{margin:0}'
  expect(prune(css, used)).toBe(css)
})
