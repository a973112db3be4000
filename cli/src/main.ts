/** The program `commonhold`: this process's arguments, terminal and exit code. */
import { processIo } from './io.ts'
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), processIo())
