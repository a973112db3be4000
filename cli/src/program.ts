/** The whole command line: a few commands by hand, and one for each operation. */
import { Command } from 'commander'
import { whatCanCommand, whoCanCommand } from './access.ts'
import type { CommandEntry } from './command.ts'
import { commands } from './commands.generated.ts'
import { doctorCommand } from './doctor.ts'
import { explainCommand } from './explain.ts'
import type { Io } from './io.ts'
import { loginCommand, logoutCommand, whoamiCommand } from './login.ts'
import { operationCommand } from './operation-command.ts'
import { upCommand } from './up.ts'
import { version } from './version.ts'

export function programOf(io: Io): Command {
  const program = new Command('commonhold')
    .description('Commonhold: an open, multi-tenant control plane for AI platforms.')
    .version(version)
    .commandsGroup('Commands:')
  const byHand = [
    upCommand,
    loginCommand,
    logoutCommand,
    whoamiCommand,
    explainCommand,
    doctorCommand,
  ]
  for (const command of byHand) program.addCommand(command(io))
  program.commandsGroup('Objects:')
  for (const [noun, entries] of Map.groupBy(commands, (entry) => entry.noun)) {
    program.addCommand(nounCommand(noun, entries, io))
  }
  program.addHelpText('after', environmentHelp)
  adjust(program, io)
  return program
}

const environmentHelp = `
Environment:
  COMMONHOLD_URL           The server. Default: that of the last login, or http://127.0.0.1:7333
  COMMONHOLD_TOKEN         A token, instead of a login
  COMMONHOLD_ACCOUNT       The account to act in
  COMMONHOLD_OPERATOR_KEY  The operator key, for operator-* commands

Exit codes: 0 done, 1 refused by the server, 2 wrong usage, 3 the server can't be reached`

/** Operations whose answer is worth a command of its own. */
const byHandOf: Readonly<Record<string, (io: Io, entry: CommandEntry) => Command>> = {
  'access.who-can': whoCanCommand,
  'access.what-can': whatCanCommand,
}

function nounCommand(noun: string, entries: readonly CommandEntry[], io: Io): Command {
  const command = new Command(noun).description(entries.map(({ verb }) => verb).join(', '))
  for (const entry of entries) {
    command.addCommand(byHandOf[entry.id]?.(io, entry) ?? operationCommand(entry, io))
  }
  return command
}

/** Output and exit belong to the caller, for every command of the tree. */
function adjust(command: Command, io: Io): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => io.out(text.trimEnd()),
    writeErr: (text) => io.err(text.trimEnd()),
  })
  for (const child of command.commands) adjust(child, io)
}
