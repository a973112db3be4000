/**
 * Why a database can't be reached, as a sentence for the person who wrote its URL.
 *
 * The URL holds a password: only host, port, database and user are ever repeated, and the driver's
 * own words have the password removed should they quote it.
 */
import { StartupError } from '../startup-error.ts'

/**
 * Reads a database URL.
 * @throws StartupError that names the variable and not its value
 */
export function parseDatabaseUrl(variable: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol) || !/^\/[^/]+$/.test(url.pathname)) {
    throw new StartupError(
      `${variable} is not a URL of the form postgres://user:password@host:5432/database. ` +
        'Special characters in the password must be percent-encoded (@ is %40, / is %2F).',
    )
  }
  return url
}

/** Names a server without its credentials: host, port and database. */
export function nameServer(text: string): string {
  const url = new URL(text)
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
  const port = url.port || url.searchParams.get('port') || '5432'
  return `${host}:${port}${decodeURIComponent(url.pathname)}`
}

/**
 * Turns what the driver threw into a refusal to start.
 * @param variable the environment variable the URL came from
 */
export function connectionProblem(variable: string, text: string, error: unknown): StartupError {
  const url = new URL(text)
  const user = decodeURIComponent(url.username)
  const database = decodeURIComponent(url.pathname.slice(1))
  const { code = '', message = String(error) } = (error ?? {}) as {
    code?: string
    message?: string
  }
  const says = `PostgreSQL says: ${withoutPassword(message || code, url)}`
  const at = `${variable} (${nameServer(text)})`
  const sentence = () => {
    if (code === 'ECONNREFUSED' || code === 'ENOENT') {
      return 'no PostgreSQL server answers there. Start it, or correct the host and port.'
    }
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
      return 'the host name is not known. Correct it, or check the name server.'
    }
    if (/timeout|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/i.test(`${code} ${message}`)) {
      return 'the server can not be reached in time. Check the host, the port and the firewall.'
    }
    if (code === '28P01' || /password must be a/.test(message)) {
      return `the password for the user "${user}" is missing or wrong.`
    }
    if (code === '28000') {
      return `the user "${user}" is not let in. Check that it exists and pg_hba.conf. ${says}`
    }
    if (code === '3D000') {
      return (
        `the database "${database}" does not exist. Make it with: ` +
        `CREATE DATABASE ${database} ENCODING 'UTF8' TEMPLATE template0;`
      )
    }
    if (/unsupported startup parameter/.test(message)) {
      return (
        'a connection pooler there does not pass the role on. Set COMMONHOLD_APP_DATABASE_URL to ' +
        'a login that is a member of commonhold_app.'
      )
    }
    return `the database can not be used. ${says}`
  }
  return new StartupError(`${at}: ${sentence()}`, { cause: error })
}

function withoutPassword(message: string, url: URL): string {
  const spellings = [url.password, decodeURIComponent(url.password)].filter((text) => text !== '')
  return spellings.reduce((text, password) => text.replaceAll(password, '***'), message)
}
