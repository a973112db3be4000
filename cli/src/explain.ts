/** `commonhold explain --can ana@example.com model:use openai/small`: why, or why not. */
import type { AccessExplainInput, Permission, ResourceKind } from '@commonhold/sdk'
import { Command } from 'commander'
import { accountOf, connect } from './connection.ts'
import { linesOf } from './explain-tree.ts'
import { UsageError } from './failure.ts'
import type { Io } from './io.ts'
import { plain } from './print.ts'

interface ExplainOptions {
  readonly can: readonly string[]
  readonly account?: string
  readonly kind?: string
  readonly token?: string
  readonly json?: true
  readonly url?: string
}

export function explainCommand(io: Io): Command {
  return new Command('explain')
    .description('Explain why somebody may do something, or may not.')
    .requiredOption('--can <question...>', '[who] permission [resource], such as: model:use small')
    .option('--account <account>', 'The account to act in. Default: yours, or root.')
    .option('--kind <kind>', 'Of the resource. Default: that of the permission.')
    .option('--token <token>', 'About a token: its id, or its name and [who].')
    .option('--json', 'Print JSON.')
    .option('--url <url>', 'Another server.')
    .action((options: ExplainOptions) => explain(options, io))
}

async function explain(options: ExplainOptions, io: Io): Promise<void> {
  const token = options.token === undefined ? {} : { token: options.token }
  const question = { ...questionOf(options.can, options.kind), ...token }
  const connection = await connect(io, options.url)
  const account = options.account ?? (await accountOf(connection, io))
  const answer = await connection.client.access.explain({ account }, question)
  if (options.json) io.out(JSON.stringify(answer, null, 2))
  else for (const line of linesOf(answer)) io.out(plain(line))
}

const permissionPattern = /^[a-z][a-z-]*:[a-z]+$/

/** @throws UsageError when no word is a permission, or there are too many */
export function questionOf(words: readonly string[], kind?: string): AccessExplainInput {
  const place = words.findIndex((word) => permissionPattern.test(word))
  const [resource, ...others] = words.slice(place + 1)
  if (place === -1 || place > 1 || others.length > 0) {
    throw new UsageError('Ask like this: --can ana@example.com model:use openai/small')
  }
  const permission = words[place]!
  // The server knows the kinds and the permissions; it says so if one of these is none.
  return {
    permission: permission as Permission,
    ...(place === 1 ? { principal: words[0]! } : {}),
    ...(resource === undefined
      ? {}
      : { resource, kind: (kind ?? permission.split(':')[0]) as ResourceKind }),
  }
}
