/** `commonhold up`: what `npm start` runs, from anywhere. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { ExitWith, UsageError } from './failure.ts'
import type { Io } from './io.ts'

const start = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url))

export function upCommand(_io: Io): Command {
  return new Command('up')
    .description('Start the server, with a database of its own unless DATABASE_URL names one.')
    .argument('[roles...]', 'As `npm start` takes them.')
    .allowUnknownOption()
    .action(async (roles: string[]) => {
      if (!existsSync(start)) throw new UsageError(`There is no server here: ${start} is missing.`)
      throw new ExitWith(await served(roles))
    })
}

/** Signals go on to the server, and this program ends when it has ended. */
function served(args: readonly string[]): Promise<number> {
  const server = spawn(process.execPath, [start, ...args], { stdio: 'inherit' })
  // Ctrl-C reaches the server from the terminal; here it only must not end us first.
  const ignore = () => {}
  const forward = (signal: NodeJS.Signals) => server.kill(signal)
  process.on('SIGINT', ignore).on('SIGTERM', forward).on('SIGHUP', forward)
  return new Promise((resolve, reject) => {
    const end = () => process.off('SIGINT', ignore).off('SIGTERM', forward).off('SIGHUP', forward)
    server.once('error', (error) => {
      end()
      reject(new UsageError(`The server can’t be started: ${error.message}`))
    })
    server.once('close', (code, signal) => {
      end()
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}
