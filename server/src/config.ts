/**
 * The environment, read once into a frozen and typed configuration.
 *
 * All problems are reported together, each as a sentence that names the variable and what is
 * accepted. A secret's value is never repeated. An empty variable counts as unset, as compose files
 * write it. An unknown COMMONHOLD_ variable is a problem too: a misspelt limit must not go unnoticed.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { closestName } from './closest-name.ts'
import { defaultDataDirectory } from './postgres/data-directory.ts'
import { StartupError } from './startup-error.ts'

const ROLES = ['control', 'gateway', 'worker'] as const
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
const MASTER_KEY_BYTES = 32
const OPERATOR_KEY_CHARS_MIN = 24
const ADMIN_PASSWORD_CHARS_MIN = 12
const METRICS_TOKEN_CHARS_MIN = 16

/** What a process does; one process may do all. */
export type ServerRole = (typeof ROLES)[number]

/** A variable's text → its value, or undefined when it is not accepted. */
function field<T>(accepts: string, parse: (text: string) => T | undefined, secret = false) {
  return z.string().transform((text, context): T => {
    const value = parse(text)
    if (value !== undefined) return value
    const is = secret ? '' : `is ${JSON.stringify(text)}, but `
    context.addIssue({ code: 'custom', message: `${is}must be ${accepts}.` })
    return z.NEVER
  })
}

const oneOf = <const T extends readonly string[]>(values: T) =>
  field(`one of ${values.join(', ')}`, (text): T[number] | undefined =>
    values.find((value) => value === text),
  )

const wholeNumber = (min: number, max: number) =>
  field(`a whole number from ${min} to ${max}`, (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? value : undefined
  })

const flag = field('true or false', (text) => {
  if (text === 'true' || text === '1') return true
  return text === 'false' || text === '0' ? false : undefined
})

const urlOf = (accepts: string, schemes: readonly string[], secret: boolean) =>
  field(
    accepts,
    (text) => {
      const url = URL.canParse(text) ? new URL(text) : null
      return url !== null && schemes.includes(url.protocol) && url.hostname !== ''
        ? text
        : undefined
    },
    secret,
  )

const database = field(
  'a URL of the form postgres://user:password@host:5432/database',
  (text) => (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text) ? text : undefined),
  true,
)

const variables = z.object({
  COMMONHOLD_PORT: wholeNumber(0, 65_535).default(7333),
  COMMONHOLD_HOST: z.string().default('127.0.0.1'),
  COMMONHOLD_PUBLIC_URL: field('a URL such as https://ai.example.com, without a path', (text) => {
    const url = URL.canParse(text) ? new URL(text) : null
    const fits = url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/'
    return fits && url.search === '' && url.hash === '' ? url.origin : undefined
  }).optional(),
  COMMONHOLD_ROLES: field(`some of ${ROLES.join(',')}, separated by commas`, (text) => {
    const given = text.split(',').map((part) => part.trim())
    const roles = ROLES.filter((role) => given.includes(role))
    return roles.length > 0 && roles.length === new Set(given).size ? roles : undefined
  }).default([...ROLES]),
  COMMONHOLD_MODE: oneOf(['self-hosted', 'hosted']).default('self-hosted'),
  COMMONHOLD_BASE_DOMAIN: field('a domain such as ai.example.com', (text) => {
    const name = text.toLowerCase()
    return /^([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name)
      ? name
      : undefined
  }).optional(),
  COMMONHOLD_DATA_DIR: z.string().optional(),
  DATABASE_URL: database.optional(),
  COMMONHOLD_APP_DATABASE_URL: database.optional(),
  COMMONHOLD_MASTER_KEY: field(
    `${MASTER_KEY_BYTES} bytes in base64 (openssl rand -base64 ${MASTER_KEY_BYTES} makes them)`,
    (text) => {
      const bytes = Buffer.from(text, 'base64')
      const isBase64 = /^[A-Za-z0-9+/_-]+=*$/.test(text)
      return isBase64 && bytes.length === MASTER_KEY_BYTES ? bytes : undefined
    },
    true,
  ).optional(),
  COMMONHOLD_ADMIN_EMAIL: field('an e-mail address', (text) =>
    z.email().safeParse(text).success ? text : undefined,
  ).optional(),
  COMMONHOLD_ADMIN_PASSWORD: field(
    `at least ${ADMIN_PASSWORD_CHARS_MIN} characters long`,
    (text) => (text.length >= ADMIN_PASSWORD_CHARS_MIN ? text : undefined),
    true,
  ).optional(),
  COMMONHOLD_TENANT_NAME: field(
    'lower-case letters, digits and hyphens, 3 to 64 of them, beginning with a letter',
    (text) => (/^[a-z][a-z0-9-]{1,62}[a-z0-9]$/.test(text) ? text : undefined),
  ).optional(),
  COMMONHOLD_OPERATOR_KEY: field(
    `at least ${OPERATOR_KEY_CHARS_MIN} characters long`,
    (text) => (text.length >= OPERATOR_KEY_CHARS_MIN ? text : undefined),
    true,
  ).optional(),
  COMMONHOLD_SMTP_URL: urlOf(
    'a URL of the form smtp://user:password@host:587 or smtps://…',
    ['smtp:', 'smtps:'],
    true,
  ).optional(),
  COMMONHOLD_MAIL_FROM: z.string().optional(),
  COMMONHOLD_LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS: flag.default(false),
  COMMONHOLD_SANDBOX: flag.default(true),
  COMMONHOLD_DB_POOL_MAX: wholeNumber(1, 1_000).default(10),
  COMMONHOLD_METRICS_TOKEN: field(
    `at least ${METRICS_TOKEN_CHARS_MIN} characters long`,
    (text) => (text.length >= METRICS_TOKEN_CHARS_MIN ? text : undefined),
    true,
  ).optional(),
  COMMONHOLD_GATEWAY_PROCESSES: wholeNumber(1, 128).default(1),
  COMMONHOLD_DRAIN_SECONDS: wholeNumber(0, 3_600).default(25),
  COMMONHOLD_DRAIN_NOTICE_SECONDS: wholeNumber(0, 300).default(0),
  COMMONHOLD_SNAPSHOT_STALENESS_MAX_SECONDS: wholeNumber(1, 86_400).default(300),
})

type Variable = keyof typeof variables.shape
type Values = z.output<typeof variables>

/** Secrets that may be given as a file instead, by the variable's name with `_FILE` after it. */
const FROM_FILE = [
  'COMMONHOLD_MASTER_KEY',
  'COMMONHOLD_ADMIN_PASSWORD',
  'COMMONHOLD_OPERATOR_KEY',
  'COMMONHOLD_METRICS_TOKEN',
] as const satisfies readonly Variable[]

/** Read by the command line client only; a shell may have them set for it. */
const OF_THE_CLIENT = /^COMMONHOLD_(URL|TOKEN|ACCOUNT|TENANT|PROFILE)$/
/** Kubernetes sets these in every pod beside a service that is named commonhold. */
const OF_KUBERNETES = /^COMMONHOLD_(SERVICE_.+|PORT_\d+_.+)$/

/** The configuration. It holds secrets: never log it whole. */
export type Config = Readonly<ReturnType<typeof shape>>

/** The environment has problems; `problems` lists all of them as sentences. */
export class ConfigError extends StartupError {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The configuration has problems:\n${problems.map((text) => `  - ${text}`).join('\n')}`)
    this.problems = problems
  }
}

/**
 * Reads the configuration.
 * @param env the process's environment
 * @throws ConfigError with every problem at once
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== '' && !isServiceLink(name, value)),
  )
  const problems = [...unknownVariables(given), ...readSecretFiles(given), ...combinations(given)]
  const parsed = variables.safeParse(given)
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`))
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems)
  return Object.freeze(shape(parsed.data, env))
}

function shape(values: Values, env: NodeJS.ProcessEnv) {
  const { COMMONHOLD_ADMIN_EMAIL: email, COMMONHOLD_ADMIN_PASSWORD: password } = values
  return {
    /** 0 lets the system choose. */
    port: values.COMMONHOLD_PORT,
    host: values.COMMONHOLD_HOST,
    /** An origin without a path; null where it follows from the request. */
    publicUrl: values.COMMONHOLD_PUBLIC_URL ?? null,
    roles: Object.freeze(values.COMMONHOLD_ROLES) as readonly ServerRole[],
    mode: values.COMMONHOLD_MODE,
    baseDomain: values.COMMONHOLD_BASE_DOMAIN ?? null,
    dataDir: defaultDataDirectory(env),
    /** Null starts the embedded database. */
    databaseUrl: values.DATABASE_URL ?? null,
    appDatabaseUrl: values.COMMONHOLD_APP_DATABASE_URL ?? null,
    /** 32 bytes; null where master-key.ts keeps one in the data directory. */
    masterKey: values.COMMONHOLD_MASTER_KEY ?? null,
    /** For a first start without a person at the console. */
    firstAdmin:
      email !== undefined && password !== undefined ? Object.freeze({ email, password }) : null,
    firstTenantName: values.COMMONHOLD_TENANT_NAME ?? null,
    operatorKey: values.COMMONHOLD_OPERATOR_KEY ?? null,
    smtpUrl: values.COMMONHOLD_SMTP_URL ?? null,
    mailFrom: values.COMMONHOLD_MAIL_FROM ?? null,
    logLevel: values.COMMONHOLD_LOG_LEVEL,
    allowPrivateUpstreams: values.COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS,
    sandbox: values.COMMONHOLD_SANDBOX,
    dbPoolMax: values.COMMONHOLD_DB_POOL_MAX,
    /** Null: whoever reaches the port may read the metrics. */
    metricsToken: values.COMMONHOLD_METRICS_TOKEN ?? null,
    gatewayProcesses: values.COMMONHOLD_GATEWAY_PROCESSES,
    /** How long running calls may go on when the process is asked to stop. */
    drainSeconds: values.COMMONHOLD_DRAIN_SECONDS,
    /** How long it goes on taking calls then, while it says that it is not ready. */
    drainNoticeSeconds: values.COMMONHOLD_DRAIN_NOTICE_SECONDS,
    snapshotStalenessSecondsMax: values.COMMONHOLD_SNAPSHOT_STALENESS_MAX_SECONDS,
  }
}

function isServiceLink(name: string, value: string | undefined): boolean {
  if (OF_KUBERNETES.test(name)) return true
  return name === 'COMMONHOLD_PORT' && (value?.startsWith('tcp://') ?? false)
}

function unknownVariables(given: Record<string, string | undefined>): string[] {
  const known = [...Object.keys(variables.shape), ...FROM_FILE.map((name) => `${name}_FILE`)]
  return Object.keys(given)
    .filter((name) => name.startsWith('COMMONHOLD_') && !OF_THE_CLIENT.test(name))
    .filter((name) => !known.includes(name))
    .sort()
    .map((name) => {
      const closest = closestName(name, known)
      const hint = closest === null ? 'Remove it.' : `Did you mean ${closest}?`
      return `${name} is not a variable of Commonhold. ${hint}`
    })
}

/** Puts each file's content where the variable itself would be; a closing line break is dropped. */
function readSecretFiles(given: Record<string, string | undefined>): string[] {
  const problems: string[] = []
  for (const name of FROM_FILE) {
    const path = given[`${name}_FILE`]
    if (path === undefined) continue
    if (given[name] !== undefined) {
      problems.push(`${name} and ${name}_FILE are both set. Set only one of them.`)
      continue
    }
    try {
      given[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      problems.push(`${name}_FILE names a file that can not be read (${code}): ${path}.`)
    }
  }
  return problems
}

/** Variables that have a meaning only together: the first needs the second. */
const TOGETHER: readonly (readonly [Variable, Variable])[] = [
  ['COMMONHOLD_ADMIN_EMAIL', 'COMMONHOLD_ADMIN_PASSWORD'],
  ['COMMONHOLD_ADMIN_PASSWORD', 'COMMONHOLD_ADMIN_EMAIL'],
  ['COMMONHOLD_APP_DATABASE_URL', 'DATABASE_URL'],
  ['COMMONHOLD_SMTP_URL', 'COMMONHOLD_MAIL_FROM'],
]

function combinations(given: Record<string, string | undefined>): string[] {
  const isSet = (name: string) => given[name] !== undefined || given[`${name}_FILE`] !== undefined
  return TOGETHER.filter(([name, needed]) => isSet(name) && !isSet(needed)).map(
    ([name, needed]) => `${name} is set without ${needed}. Set both or neither.`,
  )
}
