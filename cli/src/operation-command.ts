/** One operation as a command: its flags, and what happens when it is called. */
import { readFile } from 'node:fs/promises'
import type { AnyOptions, Client } from '@commonhold/sdk'
import { Command } from 'commander'
import { bodyOf, type Given, type Json, paramsOf } from './arguments.ts'
import type { CommandEntry, Flag } from './command.ts'
import { accountOf, connect, connectAsOperator } from './connection.ts'
import { UsageError } from './failure.ts'
import type { Io } from './io.ts'
import { printAnswer } from './print.ts'
import { readData, stdinFlag, withSecrets } from './secrets.ts'

interface OwnOptions {
  readonly json?: true
  readonly data?: string
  readonly all?: true
  readonly dryRun?: true
  readonly idempotencyKey?: string
  readonly ifMatch?: string
  readonly url?: string
}

export function operationCommand(entry: CommandEntry, io: Io): Command {
  const command = new Command(entry.verb).description(entry.summary)
  if (entry.object !== undefined) command.argument(`[${entry.object}]`, 'A name or an id.')
  for (const flag of entry.params) addFlag(command, flag, accountHint(entry, flag))
  for (const flag of [...(entry.body ?? []), ...entry.query]) addFlag(command, flag)
  if (entry.body !== undefined) {
    command.option('--data <json>', 'The body as JSON: {…}, @file, or - for standard input.')
  }
  if (entry.isList) command.option('--all', 'Read every page.')
  if (entry.dryRun) command.option('--dry-run', 'Say what would change and be lost; write nothing.')
  if (entry.idempotencyKey) {
    command.option('--idempotency-key <key>', 'Repeat a call safely: same key, same answer.')
  }
  if (entry.ifMatch) command.option('--if-match <revision>', 'Refuse if it has changed since.')
  command.option('--json', 'Print JSON.').option('--url <url>', 'Another server.')
  command.action(async (...args: unknown[]) => {
    const object = entry.object === undefined ? undefined : (args[0] as string | undefined)
    await act(entry, io, command.opts(), namedOptions(command), object)
  })
  return command
}

const accountHint = ({ object }: CommandEntry, { flag }: Flag) =>
  flag === 'account' && object !== 'account'
    ? 'The account to act in. Default: yours, or root.'
    : null

function addFlag(command: Command, flag: Flag, hint: string | null = null): void {
  const { flag: name, type, required, repeated, values, secret } = flag
  const choices = values === undefined ? '' : ` (${values.join(', ')})`
  const words = (hint ?? flag.description ?? '') + choices + (required && !hint ? ' Required.' : '')
  if (secret === true) {
    command.option(`--${stdinFlag(name)}`, `${words} From standard input.`.trim())
    if (required !== true) command.option(`--${name}`, 'Ask for it.')
  } else if (type === 'boolean') {
    command.option(`--${name}`, words).option(`--no-${name}`)
  } else {
    const value = type === 'json' ? 'json' : type === 'number' ? 'number' : 'value'
    command.option(repeated ? `--${name} <${value}...>` : `--${name} <${value}>`, words.trim())
  }
}

/** By the flag's own name: commander's camel case could not be told from a field's. */
function namedOptions(command: Command): Given {
  const entries = command.options.map((option) => [
    option.long!.replace(/^--(no-)?/, ''),
    command.getOptionValue(option.attributeName()) as Given[string],
  ])
  return Object.fromEntries(entries)
}

async function act(
  entry: CommandEntry,
  io: Io,
  own: OwnOptions,
  named: Given,
  object: string | undefined,
): Promise<void> {
  const data = await readData(own.data, io, fileText)
  const flags = await withSecrets(entry.body ?? [], named, data, io)
  const withObject =
    entry.object === undefined || object === undefined ? {} : { [entry.object]: object }
  const given: Given = { ...flags, ...withObject }
  const body = entry.body === undefined ? undefined : bodyOf(entry, given, data)
  const { client, account } = await clientFor(entry, io, own.url, given)
  const params = paramsOf(entry, account === null ? given : { ...given, account })
  const answer = own.all
    ? await everyPage(client, entry, params, body)
    : await client.call(entry.id, params, body, optionsOf(own))
  if (own.json) io.out(JSON.stringify(answer ?? null, null, 2))
  else printAnswer(answer, io)
}

/** @returns the account to act in, or null where the command names it or there is none. */
async function clientFor(
  entry: CommandEntry,
  io: Io,
  url: string | undefined,
  given: Given,
): Promise<{ client: Client; account: string | null }> {
  if (entry.area === 'operator') return { client: await connectAsOperator(io, url), account: null }
  const connection = await connect(io, url)
  const actsInAccount = entry.object !== 'account' && entry.params.some((p) => p.flag === 'account')
  const isOpen = !actsInAccount || given.account !== undefined
  return { client: connection.client, account: isOpen ? null : await accountOf(connection, io) }
}

function optionsOf({ dryRun, idempotencyKey, ifMatch }: OwnOptions): AnyOptions {
  const revision = ifMatch === undefined ? undefined : Number(ifMatch.replaceAll('"', ''))
  if (revision !== undefined && !Number.isInteger(revision)) {
    throw new UsageError('--if-match is a revision, such as 3.')
  }
  return { idempotencyKey, ifMatch: revision, dryRun: dryRun === true } as AnyOptions
}

async function everyPage(
  client: Client,
  entry: CommandEntry,
  params: Json,
  body: unknown,
): Promise<Json> {
  const items: unknown[] = []
  let cursor: string | null = null
  do {
    const page = (await client.call(
      entry.id,
      cursor === null ? params : { ...params, cursor },
      body,
    )) as {
      items: unknown[]
      nextCursor: string | null
    }
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return { items, nextCursor: null }
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${path} can’t be read: ${(error as Error).message}`)
  }
}
