/**
 * `npm run gen` writes every generated file; with `--check` it writes nothing and fails if one of
 * them is not what it would write, so that a committed file can't differ from its source.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { cliCommandsFile } from './gen/cli-commands.ts'
import { errorsFile } from './gen/errors-doc.ts'
import { openApiFile } from './gen/openapi.ts'
import { permissionMatrixFile } from './gen/permission-matrix.ts'
import { sdkOperationsFile } from './gen/sdk-operations.ts'
import { sdkTypesFile } from './gen/sdk-types.ts'

const files = [
  openApiFile(),
  sdkOperationsFile(),
  sdkTypesFile(),
  cliCommandsFile(),
  errorsFile(),
  permissionMatrixFile(),
]

const onlyCheck = process.argv.includes('--check')
const stale: string[] = []

for (const { path, text } of files) {
  const place = new URL(`../${path}`, import.meta.url)
  if ((await textOf(place)) === text) continue
  stale.push(path)
  if (!onlyCheck) await writeFile(place, text)
}

if (!onlyCheck) {
  console.log(stale.length === 0 ? 'Everything was fresh.' : `Wrote ${stale.join(', ')}.`)
} else if (stale.length > 0) {
  console.error(`Not fresh: ${stale.join(', ')}. Run \`npm run gen\` and commit the result.`)
  process.exitCode = 1
}

async function textOf(place: URL): Promise<string | null> {
  try {
    return await readFile(place, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
