/** `commonhold doctor`: what works and what does not, each with what to do about it. */
import { CommonholdError, createClient, type Deployment } from '@commonhold/sdk'
import { Command } from 'commander'
import { type Connection, connect } from './connection.ts'
import { doctorIsolationCommand } from './doctor-isolation.ts'
import { detailOf, ExitWith, exitCodes } from './failure.ts'
import type { Io } from './io.ts'
import { plain } from './print.ts'
import { type Finding, readinessOf } from './readiness.ts'
import { version } from './version.ts'

export function doctorCommand(io: Io): Command {
  return new Command('doctor')
    .description('Check the server, the credential and the way between.')
    .option('--json', 'Print JSON.')
    .option('--url <url>', 'Another server.')
    .action((options: { json?: true; url?: string }) => doctor(options, io))
    .addCommand(doctorIsolationCommand(io))
}

async function doctor(options: { json?: true; url?: string }, io: Io): Promise<void> {
  const connection = await connect(io, options.url)
  const { url, client } = connection
  const deployment = await client.deployment.get()
  const findings: readonly Finding[] = [
    { state: 'ok', what: 'server', detail: `${url} answers (${deployment.mode})` },
    versionFinding(deployment),
    ...(await readinessOf(url)),
    await credentialFinding(connection),
    ...(await operatorFindings(url, io)),
  ]
  if (options.json) io.out(JSON.stringify(findings, null, 2))
  else for (const finding of findings) io.out(lineOf(finding))
  if (findings.some(({ state }) => state === 'failed')) throw new ExitWith(exitCodes.refused)
}

const signs = { ok: '✓', warning: '!', failed: '✗' } as const

const lineOf = ({ state, what, detail }: Finding) =>
  plain(`${signs[state]} ${what.padEnd(12)}  ${detail}`)

function versionFinding(deployment: Deployment): Finding {
  const series = (text: string) => text.split('.').slice(0, 2).join('.')
  const detail = `server ${deployment.version}, this program ${version}`
  return series(deployment.version) === series(version)
    ? { state: 'ok', what: 'version', detail }
    : { state: 'warning', what: 'version', detail: `${detail}: use the server’s` }
}

async function credentialFinding({ client, hasCredential }: Connection): Promise<Finding> {
  const what = 'credential'
  if (!hasCredential) return { state: 'warning', what, detail: 'none: commonhold login' }
  return tried(what, async () => {
    const { principal, tenant } = await client.me.get()
    return `${principal.email ?? principal.name} in ${tenant.name}`
  })
}

async function operatorFindings(url: string, io: Io): Promise<Finding[]> {
  const token = io.env.COMMONHOLD_OPERATOR_KEY
  if (!token) return []
  const client = createClient({ baseUrl: url, token })
  const finding = await tried('operator key', async () => {
    await client.operatorSettings.get()
    return 'is valid'
  })
  return [finding]
}

async function tried(what: string, act: () => Promise<string>): Promise<Finding> {
  try {
    return { state: 'ok', what, detail: await act() }
  } catch (error) {
    if (!(error instanceof CommonholdError)) throw error
    return { state: 'failed', what, detail: `${error.title}. ${detailOf(error)}` }
  }
}
