/**
 * All tests of the repository, in two projects.
 *
 * `pure` needs nothing outside of the process. `system` gets one PostgreSQL for the run, which is
 * started only when one of its files runs. Two workers, because small machines have two cores and
 * the tests start servers of their own.
 */
import { defineConfig } from 'vitest/config'

// Far above what any test takes alone: a busy machine must not look like a fault.
const TIME_LIMIT_MS = 120_000

const shared = {
  environment: 'node',
  pool: 'forks',
  testTimeout: TIME_LIMIT_MS,
  hookTimeout: TIME_LIMIT_MS,
} as const

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'pure',
          include: [
            'core/test/**/*.test.ts',
            'contract/test/**/*.test.ts',
            'sdk/test/**/*.test.ts',
            'cli/test/**/*.test.ts',
            'console/test/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          ...shared,
          name: 'system',
          include: ['server/test/**/*.test.ts', 'test/**/*.test.ts'],
          globalSetup: ['test/support/postgres-server.ts'],
        },
      },
    ],
  },
})
