/** Whether an error means that PostgreSQL could not be reached, as opposed to that it refused. */

const away = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '53300', // too_many_connections
  '08000',
  '08003',
  '08006',
])

const messages =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|not currently accepting connections/

export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.cause !== undefined && isDatabaseAway(error.cause)) return true
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' && syscall !== 'connect') return false
  return (code !== undefined && away.has(code)) || messages.test(error.message)
}
