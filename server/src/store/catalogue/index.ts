/** Every rule of the schema that can be read from the catalogue. docs/guides/change-the-schema.md */
import { type AskCatalogue, type CatalogueCheck, type CheckResult, runCheck } from './check.ts'
import { keyChecks } from './keys.ts'
import { roleChecks } from './role.ts'
import { rowSecurityChecks } from './row-security.ts'

export const catalogueChecks: readonly CatalogueCheck[] = [
  ...rowSecurityChecks,
  ...keyChecks,
  ...roleChecks,
]

/** @param ask asks as the role that the server asks as */
export async function checkCatalogue(ask: AskCatalogue): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const check of catalogueChecks) results.push(await runCheck(check, ask))
  return results
}
