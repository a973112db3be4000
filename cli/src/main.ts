/** The program `commonhold`: this process's arguments, terminal and exit code. */
import { processIo } from './io.ts'
import { run } from './run.ts'

// Whoever reads our output may have read enough, as `head` does: that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await run(process.argv.slice(2), processIo())
