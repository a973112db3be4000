/** Signing in and out, and saying who one is. */

import { createClient, type Session } from '@commonhold/sdk'
import { Command } from 'commander'
import { connect, normalised, soleAccount, urlDefault, withCookie } from './connection.ts'
import {
  type Credentials,
  credentialsPath,
  removeCredentials,
  writeCredentials,
} from './credentials.ts'
import { UsageError } from './failure.ts'
import type { Io } from './io.ts'
import { plain } from './print.ts'

interface LoginOptions {
  readonly url?: string
  readonly email?: string
  readonly tenant?: string
  readonly account?: string
  readonly passwordStdin?: true
  readonly token?: true
  readonly tokenStdin?: true
}

export function loginCommand(io: Io): Command {
  return new Command('login')
    .description('Sign in with e-mail and password, or keep a token.')
    .option('--url <url>', `The server. Default: ${urlDefault}`)
    .option('--email <email>')
    .option('--tenant <tenant>', 'Where the deployment has more than one.')
    .option('--account <account>', 'The account to act in from now on.')
    .option('--password-stdin', 'The password from standard input, instead of a prompt.')
    .option('--token', 'Ask for a token instead.')
    .option('--token-stdin', 'A token from standard input.')
    .action((options: LoginOptions) => login(options, io))
}

async function login(options: LoginOptions, io: Io): Promise<void> {
  const url = normalised(options.url ?? io.env.COMMONHOLD_URL ?? urlDefault)
  const isToken = options.token === true || options.tokenStdin === true
  const proof = isToken ? await tokenOf(options, io) : await sessionAt(url, options, io)
  const client = createClient({
    baseUrl: url,
    token: proof.token,
    ...(proof.cookie === undefined ? {} : { fetch: withCookie(proof.cookie) }),
  })
  // A credential that does not work is not worth keeping.
  const { principal, tenant, accounts } = await client.me.get()
  const account = options.account ?? soleAccount(accounts)
  await writeCredentials(io, { url, account, ...proof })
  io.out(plain(`Signed in to ${url} as ${principal.email ?? principal.name}.`))
  io.out(plain(`Tenant: ${tenant.displayName}. Account: ${account}.`))
}

type Proof = Pick<Credentials, 'token' | 'cookie' | 'csrfToken'>

async function tokenOf({ tokenStdin }: LoginOptions, io: Io): Promise<Proof> {
  const isPiped = tokenStdin === true || !io.isInteractive
  const token = (isPiped ? await io.readInput() : await io.ask('Token: ', false)).trim()
  if (token === '') throw new UsageError('No token was given.')
  return { token }
}

async function sessionAt(url: string, options: LoginOptions, io: Io): Promise<Proof> {
  if (!io.isInteractive && (options.email === undefined || options.passwordStdin !== true)) {
    throw new UsageError('Without a terminal, give --email and --password-stdin, or --token-stdin.')
  }
  const email = options.email ?? (await io.ask('E-mail: ', true))
  const password = options.passwordStdin
    ? (await io.readInput()).replace(/\r?\n$/, '')
    : await io.ask('Password: ', false)
  let cookie = ''
  const client = createClient({
    baseUrl: url,
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      cookie = cookiesOf(response)
      return response
    },
  })
  const { tenant } = options
  const session: Session = await client.session.create({}, { email, password, tenant })
  if (cookie === '') throw new UsageError('The server set no session cookie: is the address right?')
  return { cookie, csrfToken: session.csrfToken }
}

/** What a browser would send back. */
function cookiesOf(response: Response): string {
  const pairs = response.headers.getSetCookie().map((line) => line.split(';')[0]!.trim())
  return pairs.join('; ')
}

export function logoutCommand(io: Io): Command {
  return new Command('logout')
    .description('End the session and forget the credential.')
    .action(() => logout(io))
}

/** A token is forgotten here and stays valid: others may use it. */
async function logout(io: Io): Promise<void> {
  const { stored, client } = await connect(io, undefined)
  try {
    if (stored?.cookie !== undefined && !io.env.COMMONHOLD_TOKEN) await client.session.delete()
  } finally {
    await removeCredentials(io)
  }
  io.out(stored === null ? 'Nobody was signed in.' : 'Signed out.')
}

export function whoamiCommand(io: Io): Command {
  return new Command('whoami')
    .description('Say who is signed in, where, and in which accounts.')
    .option('--json', 'Print JSON.')
    .option('--url <url>', 'Another server.')
    .action((options: { json?: true; url?: string }) => whoami(options, io))
}

async function whoami(options: { json?: true; url?: string }, io: Io): Promise<void> {
  const { client, url, stored } = await connect(io, options.url)
  const me = await client.me.get()
  if (options.json) {
    io.out(JSON.stringify(me, null, 2))
    return
  }
  const { principal, tenant, accounts } = me
  const lines = [
    `${principal.email ?? principal.name} (${principal.id})`,
    `tenant    ${tenant.displayName} (${tenant.name})`,
    `accounts  ${accounts.map(({ name }) => name).join(', ')}`,
    `server    ${url}`,
    io.env.COMMONHOLD_TOKEN || stored === null
      ? 'signed in with COMMONHOLD_TOKEN'
      : `signed in with ${credentialsPath(io)}`,
  ]
  for (const line of lines) io.out(plain(line))
}
