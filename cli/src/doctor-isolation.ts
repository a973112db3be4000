/**
 * `commonhold doctor isolation`: asks the isolation matrix of one's own server, in throw-away tenants,
 * and prints a report that can be handed on. It needs the operator key: who checks the walls between
 * tenants stands in none of them.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { checkIsolation, type IsolationReport, sayReport } from '@commonhold/isolation'
import { Command, InvalidArgumentError } from 'commander'
import { connect, normalised } from './connection.ts'
import { ExitWith, exitCodes, UsageError } from './failure.ts'
import type { Io } from './io.ts'
import { plain } from './print.ts'

interface Options {
  readonly url?: string
  readonly gatewayUrl?: string
  readonly operatorKeyFile?: string
  readonly minutes?: number
  readonly samples?: number
  readonly only?: string
  readonly keep?: true
  readonly output?: string
  readonly json?: true
}

export function doctorIsolationCommand(io: Io): Command {
  return new Command('isolation')
    .description('Check the walls between tenants and accounts, in throw-away tenants.')
    .option('--url <url>', 'Another server.')
    .option('--gateway-url <url>', 'Where the gateway answers, if it runs apart.')
    .option('--operator-key-file <path>', 'Instead of COMMONHOLD_OPERATOR_KEY.')
    .option(
      '--minutes <n>',
      'When the server removes the tenants, if this can’t. Default: 30.',
      whole,
    )
    .option('--samples <n>', 'Answers whose times are compared, for each kind. 0: none.', whole)
    .option('--only <text>', 'Only the cases with this in their names, to look at one again.')
    .option('--keep', 'Leave the tenants until then, to look into them.')
    .option('--output <path>', 'Write the whole report as JSON.')
    .option('--json', 'Print JSON.')
    .addHelpText('after', keyHelp)
    .action((_own: Options, command: Command) => isolation(command.optsWithGlobals(), io))
}

const keyHelp = `
The operator key is in the file operator-key of the server's data directory, unless the server was
given COMMONHOLD_OPERATOR_KEY:

  commonhold doctor isolation --operator-key-file /var/lib/commonhold/operator-key

Exit codes: 0 nothing failed, 1 something did, 2 wrong usage, 3 the server can't be reached`

function whole(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('It is a whole number.')
}

async function isolation(options: Options, io: Io): Promise<void> {
  const operatorKey = await operatorKeyOf(options, io)
  const { url } = await connect(io, options.url)
  const report = await untilStopped((signal) =>
    checkIsolation({
      ...options,
      url,
      gatewayUrl: options.gatewayUrl && normalised(options.gatewayUrl),
      operatorKey,
      signal,
      onStep: (sentence) => io.err(sentence),
    }),
  )
  if (options.output !== undefined) await writeReport(options.output, report)
  if (options.json) io.out(JSON.stringify(report, null, 2))
  else for (const line of sayReport(report)) io.out(plain(line))
  if (!report.ok) throw new ExitWith(exitCodes.refused)
}

async function operatorKeyOf({ operatorKeyFile: path }: Options, io: Io): Promise<string> {
  if (path !== undefined) {
    const text = await readFile(path, 'utf8').catch((error: Error) => {
      throw new UsageError(`The operator key can’t be read: ${error.message}`)
    })
    return text.trim()
  }
  if (io.env.COMMONHOLD_OPERATOR_KEY) return io.env.COMMONHOLD_OPERATOR_KEY
  throw new UsageError(
    'This needs the operator key: set COMMONHOLD_OPERATOR_KEY, or say --operator-key-file.',
  )
}

/** Ctrl-C ends the asking, and then the tenants are deleted as always. */
async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    return await work(stopping.signal)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

async function writeReport(path: string, report: IsolationReport): Promise<void> {
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`).catch((error: Error) => {
    throw new UsageError(`The report can’t be written: ${error.message}`)
  })
}
