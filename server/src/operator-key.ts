/**
 * The operator key: given in the environment, or made at the first start into a file of the data
 * directory that only the server's user can read. The file is how the operator gets it.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { newOperatorKey } from './crypto/credential-hash.ts'
import { writeWhole } from './postgres/data-directory.ts'
import { StartupError } from './startup-error.ts'

/**
 * @param given from the environment, or null
 * @param dataDir where the file `operator-key` is, or will be
 * @throws StartupError when others can read the file
 */
export function loadOperatorKey(
  given: string | null,
  dataDir: string,
): { key: string; file: string | null } {
  if (given !== null) return { key: given, file: null }
  const file = join(dataDir, 'operator-key')
  if (!existsSync(file)) writeWhole(file, `${newOperatorKey()}\n`, 0o600)
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new StartupError(`The operator key ${file} can be read by others. Run: chmod 600 ${file}`)
  }
  return { key: readFileSync(file, 'utf8').trim(), file }
}
