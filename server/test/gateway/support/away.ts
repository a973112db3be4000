/** A database that nobody can reach for a while. */
import { withClient } from '../../../src/postgres/roles.ts'

/**
 * Nobody gets a connection any more, and whoever has one loses it.
 * @returns gives it back
 */
export async function takeDatabaseAway(superuserUrl: string): Promise<() => Promise<void>> {
  const url = new URL(superuserUrl)
  const databaseName = url.pathname.slice(1)
  url.pathname = '/postgres'
  const allow = (is: boolean) =>
    withClient(url.href, async (client) => {
      await client.query(`alter database ${databaseName} with allow_connections ${is}`)
      if (is) return
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
        [databaseName],
      )
    })
  await allow(false)
  return () => allow(true)
}
