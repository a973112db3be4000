/**
 * The log, on standard error: JSON lines for collectors, sentences for a person at a terminal. What
 * could be a secret is cut out by name before either.
 */
import { type Logger, pino } from 'pino'

export type Log = Logger

const secretFields = [
  'password',
  'secret',
  'token',
  'apiKey',
  'secretAccessKey',
  'sessionToken',
  'serviceAccountKey',
  'authorization',
  'cookie',
  '*.password',
  '*.secret',
  '*.token',
  '*.apiKey',
  '*.secretAccessKey',
  '*.sessionToken',
  '*.serviceAccountKey',
  '*.authorization',
  '*.cookie',
]

export function createLog(level: string): Log {
  const options = {
    level,
    base: null,
    redact: { paths: secretFields, censor: '[secret]' },
  }
  return process.stderr.isTTY
    ? pino(options, { write: (line: string) => process.stderr.write(`${asSentence(line)}\n`) })
    : pino(options, pino.destination({ fd: 2, sync: true }))
}

const warnLevel = 40

/** `  Made a new database.`, or `  ! Lost a connection. error="…"` */
function asSentence(line: string): string {
  const { level, time: _, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
  const mark = Number(level) >= warnLevel ? '  !' : '  ·'
  const details = Number(level) >= warnLevel ? Object.entries(fields) : []
  const told = details.map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return [mark, msg, ...told].join(' ')
}
