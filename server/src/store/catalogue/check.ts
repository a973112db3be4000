/**
 * A rule of the schema as data: a sentence, and a query that answers one row for each place where it is
 * broken. The tests ask them of a fresh database, the operator of the one that serves.
 */

export interface CatalogueCheck {
  readonly name: string
  /** What holds where the query answers no row. */
  readonly rule: string
  /** Answers rows of one text column, `problem`. Asked as the role that the server asks as. */
  readonly sql: string
}

export interface CheckResult {
  readonly name: string
  readonly rule: string
  readonly ok: boolean
  readonly problems: string[]
}

export type AskCatalogue = (sql: string) => Promise<readonly { readonly problem: string }[]>

/** The tables that hold tenants' data. */
export const tenantTables = `(select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not a.attisdropped)`

export async function runCheck(
  { name, rule, sql }: CatalogueCheck,
  ask: AskCatalogue,
): Promise<CheckResult> {
  const problems = (await ask(sql)).map(({ problem }) => problem)
  return { name, rule, ok: problems.length === 0, problems }
}
