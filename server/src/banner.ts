/** What the first minute needs: where the console is, how to get in, a request to paste. */
import type { Config } from './config.ts'

interface Welcome {
  readonly config: Config
  readonly publicUrl: string
  /** The first admin's link, while nobody has used it. */
  readonly oneTimeLink: string | null
  readonly operatorKeyFile: string | null
}

/** Prints to standard output, where a person reads; the log is on standard error. */
export function sayWelcome({ config, publicUrl, oneTimeLink, operatorKeyFile }: Welcome): void {
  const lines = ['', `  Commonhold is running.`, '', `  Console   ${publicUrl}`]
  if (oneTimeLink !== null) {
    lines.push(
      `  Admin     ${oneTimeLink}`,
      '            Works once: it lets you set the first password.',
    )
  }
  if (operatorKeyFile !== null && config.roles.includes('control')) {
    lines.push(`  Operator  ${publicUrl}/operator  with the key in ${operatorKeyFile}`)
  }
  lines.push(`  API       ${publicUrl}/api/reference`)
  if (config.roles.includes('gateway')) {
    lines.push(
      '',
      '  When the setup guide has given you a token, paste this:',
      '',
      `    curl ${publicUrl}/v1/chat/completions \\`,
      '      -H "Authorization: Bearer $COMMONHOLD_TOKEN" -H "Content-Type: application/json" \\',
      `      -d '{"model": "sandbox/sandbox-fast", "messages": [{"role": "user", "content": "Hello"}]}'`,
    )
  }
  console.log(`${lines.join('\n')}\n`)
}
