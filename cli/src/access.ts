/** `commonhold access who-can model:use sandbox/small` and `… what-can ci`: the rule asked in reverse. */
import type { Client, Permission, ResourceKind } from '@commonhold/sdk'
import { Command } from 'commander'
import type { CommandEntry } from './command.ts'
import { accountOf, connect } from './connection.ts'
import type { Io } from './io.ts'
import { plain } from './print.ts'

interface Options {
  readonly account?: string
  readonly kind?: string
  readonly token?: string
  readonly permission?: string
  readonly q?: string
  readonly limit?: string
  readonly all?: true
  readonly json?: true
  readonly url?: string
}

interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
  readonly total?: number | undefined
}

function command({ verb, summary }: CommandEntry): Command {
  return new Command(verb)
    .description(summary)
    .option('--account <account>', 'The account to act in. Default: yours, or root.')
    .option('--kind <kind>', 'Of the resource. Default: that of the permission.')
    .option('--q <text>', 'Only names with this in them.')
    .option('--limit <number>', 'How many for one page.')
    .option('--all', 'Read every page.')
    .option('--json', 'Print JSON.')
    .option('--url <url>', 'Another server.')
}

type WhoCan = Awaited<ReturnType<Client['access']['whoCan']>>
type WhatCan = Awaited<ReturnType<Client['access']['whatCan']>>

export function whoCanCommand(io: Io, entry: CommandEntry): Command {
  return command(entry)
    .argument('<permission>', 'Such as model:use.')
    .argument('[resource]', 'Absent: in the account as a whole.')
    .action(async (permission: string, resource: string | undefined, options: Options) => {
      const { client, account } = await actor(options, io)
      const kind = (options.kind ?? permission.split(':')[0]) as ResourceKind
      const body = {
        permission: permission as Permission,
        ...(resource === undefined ? {} : { kind, resource }),
      }
      const read = (paging: Paging) => client.access.whoCan({ account, ...paging }, body)
      const answer = await pages(read, options)
      print(answer, whoLines(answer), options, io)
    })
}

export function whatCanCommand(io: Io, entry: CommandEntry): Command {
  return command(entry)
    .argument('[who]', 'A user or virtual account. Absent: you.')
    .option('--token <token>', 'A token: its id, or its name and [who].')
    .option('--permission <permission>', 'Only where this may be done.')
    .action(async (principal: string | undefined, options: Options) => {
      const { client, account } = await actor(options, io)
      const { token, permission, kind } = options
      const body = {
        ...(principal === undefined ? {} : { principal }),
        ...(token === undefined ? {} : { token }),
        ...(permission === undefined ? {} : { permission: permission as Permission }),
        ...(kind === undefined ? {} : { kind: kind as ResourceKind }),
      }
      const read = (paging: Paging) => client.access.whatCan({ account, ...paging }, body)
      const answer = await pages(read, options)
      print(answer, whatLines(answer), options, io)
    })
}

async function actor(options: Options, io: Io) {
  const connection = await connect(io, options.url)
  const account = options.account ?? (await accountOf(connection, io))
  return { client: connection.client, account }
}

interface Paging {
  readonly limit?: number
  readonly q?: string
  readonly cursor?: string
}

/** One page, or all of them as one. */
async function pages<A extends Page<unknown>>(
  read: (paging: Paging) => Promise<A>,
  { q, limit, all }: Options,
): Promise<A> {
  const asked = {
    ...(q === undefined ? {} : { q }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  }
  let answer = await read(asked)
  while (all && answer.nextCursor !== null) {
    const next = await read({ ...asked, cursor: answer.nextCursor })
    answer = { ...next, items: [...answer.items, ...next.items] }
  }
  return answer
}

function print(answer: Page<unknown>, lines: readonly string[], options: Options, io: Io): void {
  if (options.json) io.out(JSON.stringify(answer, null, 2))
  else for (const line of lines) io.out(plain(line))
  if (answer.nextCursor !== null) io.err('There is more: --all reads every page.')
}

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`

function whoLines({ items, total, barrier, sharedWith }: WhoCan): string[] {
  const lines = items.flatMap(({ name, ways, waysTotal }) => [
    name,
    ...ways.map((way, index) => {
      const isLast = index === ways.length - 1 && waysTotal === ways.length
      const through = way.team === null ? '' : `, through the team ${way.team.name}`
      const until = way.expiresAt === null ? '' : `, until ${way.expiresAt.slice(0, 10)}`
      const by = `(${way.createdBy.name}, ${way.createdAt.slice(0, 10)})`
      return `${isLast ? '└─' : '├─'} ${way.role} on ${way.object}${through}${until} ${by}`
    }),
    ...(waysTotal > ways.length ? [`└─ and ${waysTotal - ways.length} more`] : []),
  ])
  const why = barrier === null ? '' : `, whatever is granted: ${barrier.replaceAll('_', ' ')}`
  const count = total === 0 ? `Nobody${why}.` : `${total ?? items.length} can.`
  const accounts = (sharedWith?.items ?? []).map(
    ({ account, resource, permissions }) =>
      `  ${account.name}: ${resource}, up to ${permissions.join(', ')}`,
  )
  if (sharedWith === null || sharedWith.total === 0) return [...lines, count]
  const head = `Shared with ${counted(sharedWith.total, 'account', 'accounts')} that can as well:`
  return [...lines, count, '', head, ...accounts]
}

function whatLines({ principal, token, items, total, accountWide }: WhatCan): string[] {
  const who = token === null ? principal.name : `the token ${token.name} of ${principal.name}`
  const width = Math.max(0, ...items.map(({ name }) => name.length))
  const kindWidth = Math.max(0, ...items.map(({ kind }) => kind.length))
  const lines = items.map(({ name, kind, shared, permissions }) => {
    const actions = permissions.map((one) =>
      one.startsWith(`${kind}:`) ? one.slice(kind.length + 1) : one,
    )
    const from = shared ? ' (shared)' : ''
    return `  ${kind.padEnd(kindWidth)}  ${name.padEnd(width)}  ${actions.join(', ')}${from}`
  })
  const byKind = Map.groupBy(accountWide, (one) => one.slice(0, one.indexOf(':')))
  const wideWidth = Math.max(0, ...[...byKind.keys()].map((kind) => kind.length))
  const wide = [...byKind].map(([kind, own]) => {
    const actions = own.map((one) => one.slice(kind.length + 1))
    return `  ${kind.padEnd(wideWidth)}  ${actions.join(', ')}`
  })
  return [
    `In the account as a whole, ${who} may${wide.length === 0 ? ' do nothing.' : ':'}`,
    ...wide,
    '',
    total === 0
      ? `${who} reaches no resource.`
      : `${who} reaches ${counted(total ?? items.length, 'resource', 'resources')}:`,
    ...lines,
  ]
}
