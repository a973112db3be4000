/** The log: JSON lines on standard error, with what could be a secret cut out by name. */
import { type Logger, pino } from 'pino'

export type Log = Logger

const secretFields = [
  'password',
  'secret',
  'token',
  'apiKey',
  'authorization',
  'cookie',
  '*.password',
  '*.secret',
  '*.token',
  '*.apiKey',
  '*.authorization',
  '*.cookie',
]

export function createLog(level: string): Log {
  return pino(
    { level, base: null, redact: { paths: secretFields, censor: '[secret]' } },
    pino.destination({ fd: 2, sync: true }),
  )
}
