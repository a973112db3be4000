/**
 * Leaves out the styles of components that the console does not have. Mantine gives each class a hash
 * of its own (`m_77c9d27d`), which stands in the code of the component as well: a rule whose hash is
 * in no script can match nothing.
 */
import type { Plugin } from 'vite'

const HASH = /\bm_[0-9a-f]{6,8}\b/g
/** Blocks that hold rules of their own; whatever else begins with an @ is kept as it is. */
const NESTING = /^@(layer|media|supports|container)\b/

export function prunedStyles(): Plugin {
  return {
    name: 'pruned-styles',
    apply: 'build',
    generateBundle(_, bundle) {
      const files = Object.values(bundle)
      const scripts = files.flatMap((file) => (file.type === 'chunk' ? [file.code] : []))
      const used = new Set(scripts.flatMap((code) => code.match(HASH) ?? []))
      for (const file of files) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue
        file.source = prune(String(file.source), used)
      }
    },
  }
}

/** @returns the style sheet without the rules that need a class which is not in `used` */
export function prune(css: string, used: ReadonlySet<string>): string {
  let kept = ''
  let at = 0
  while (at < css.length) {
    const open = endOfPrelude(css, at)
    const prelude = css.slice(at, open)
    if (css[open] !== '{') {
      kept += css.slice(at, open + 1)
      at = open + 1
      continue
    }
    const close = closingBrace(css, open)
    const body = css.slice(open + 1, close)
    kept += keptRule(prelude, body, used)
    at = close + 1
  }
  return kept
}

function keptRule(prelude: string, body: string, used: ReadonlySet<string>): string {
  const name = prelude.trim()
  if (name.startsWith('@')) {
    const inner = NESTING.test(name) ? prune(body, used) : body
    return inner.trim() === '' ? '' : `${prelude}{${inner}}`
  }
  const selectors = selectorsOf(prelude).filter((selector) =>
    (selector.match(HASH) ?? []).every((hash) => used.has(hash)),
  )
  return selectors.length === 0 ? '' : `${selectors.join(',')}{${body}}`
}

/** Where a rule's block begins, or a statement without one ends. */
function endOfPrelude(css: string, from: number): number {
  for (let at = from; at < css.length; at++) {
    const letter = css[at]!
    if (letter === '"' || letter === "'") at = endOfString(css, at)
    else if (letter === '{' || letter === ';') return at
  }
  return css.length
}

function closingBrace(css: string, open: number): number {
  let depth = 0
  for (let at = open; at < css.length; at++) {
    const letter = css[at]!
    if (letter === '"' || letter === "'") at = endOfString(css, at)
    else if (letter === '{') depth++
    else if (letter === '}' && --depth === 0) return at
  }
  return css.length
}

function endOfString(css: string, from: number): number {
  for (let at = from + 1; at < css.length; at++) {
    if (css[at] === '\\') at++
    else if (css[at] === css[from]) return at
  }
  return css.length
}

/** Split at the commas that are not inside of `:where(…)` and the like. */
function selectorsOf(prelude: string): string[] {
  const selectors: string[] = []
  let depth = 0
  let begin = 0
  for (let at = 0; at < prelude.length; at++) {
    if (prelude[at] === '(') depth++
    else if (prelude[at] === ')') depth--
    else if (prelude[at] === ',' && depth === 0) {
      selectors.push(prelude.slice(begin, at))
      begin = at + 1
    }
  }
  return [...selectors, prelude.slice(begin)]
}
