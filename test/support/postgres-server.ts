/**
 * Starts one PostgreSQL for a whole test run, with a migrated template database in it.
 *
 * vitest runs this in its main process before the first test file of a project that names it, and
 * stops everything after the last one, passed or failed. Test files get their own copy of the
 * template from `freshDatabase` (postgres.ts).
 */
import type { TestProject } from 'vitest/node'
import { startTestServer, type TestServer } from './test-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestServer
  }
}

/** vitest's global setup. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await startTestServer()
  project.provide('postgres', server)
  return stop
}
