/** What the tests of the repository look at: the files that git knows, and what they import. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Paths from the root, of files that are committed or about to be. */
export function trackedFiles(): string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1_024 * 1_024 },
  )
  const deleted = new Set(
    execFileSync('git', ['ls-files', '--deleted'], { cwd: root, encoding: 'utf8' }).split('\n'),
  )
  return listed.split('\n').filter((path) => path !== '' && !deleted.has(path))
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export function sourceFiles(): string[] {
  return trackedFiles().filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !path.endsWith('.d.ts'))
}

export interface Import {
  readonly from: string
  /** A path from the root for our own files, else the package as written. */
  readonly to: string
  /** `import type`: gone at run time. */
  readonly typeOnly: boolean
}

const statement =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

export function importsOf(path: string): Import[] {
  return [...read(path).matchAll(statement)].map((match) => {
    const target = (match[2] ?? match[3])!
    const to = target.startsWith('.') ? normalize(join(dirname(path), target)) : target
    return { from: path, to, typeOnly: match[1] !== undefined }
  })
}
