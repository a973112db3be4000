import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/config.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')

function problems(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('an empty environment gives the defaults, frozen', () => {
  const config = readConfig({ XDG_DATA_HOME: '/data' })
  expect(config).toMatchObject({
    port: 7333,
    host: '127.0.0.1',
    publicUrl: null,
    roles: ['control', 'gateway', 'worker'],
    mode: 'self-hosted',
    databaseUrl: null,
    masterKey: null,
    firstAdmin: null,
    logLevel: 'info',
    allowPrivateUpstreams: false,
    sandbox: true,
    dbPoolMax: 10,
    snapshotStalenessSecondsMax: 300,
  })
  expect(Object.isFrozen(config)).toBe(true)
})

test('every variable is read', () => {
  const config = readConfig({
    COMMONHOLD_PORT: '0',
    COMMONHOLD_HOST: '::1',
    COMMONHOLD_PUBLIC_URL: 'https://ai.example.com/',
    COMMONHOLD_ROLES: 'worker, control',
    COMMONHOLD_MODE: 'hosted',
    COMMONHOLD_BASE_DOMAIN: 'AI.example.com',
    COMMONHOLD_DATA_DIR: '/data/here',
    DATABASE_URL: 'postgres://a:b@c/d',
    COMMONHOLD_APP_DATABASE_URL: 'postgresql://e:f@c/d',
    COMMONHOLD_MASTER_KEY: KEY,
    COMMONHOLD_ADMIN_EMAIL: 'ada@example.com',
    COMMONHOLD_ADMIN_PASSWORD: 'correct horse battery',
    COMMONHOLD_TENANT_NAME: 'acme',
    COMMONHOLD_OPERATOR_KEY: 'o'.repeat(24),
    COMMONHOLD_SMTP_URL: 'smtp://mail.example.com:587',
    COMMONHOLD_MAIL_FROM: 'Commonhold <no-reply@example.com>',
    COMMONHOLD_LOG_LEVEL: 'debug',
    COMMONHOLD_ALLOW_PRIVATE_UPSTREAMS: 'true',
    COMMONHOLD_SANDBOX: '0',
    COMMONHOLD_DB_POOL_MAX: '25',
    COMMONHOLD_METRICS_TOKEN: 'scrape-me-with-this',
    COMMONHOLD_GATEWAY_PROCESSES: '3',
    COMMONHOLD_DRAIN_SECONDS: '40',
    COMMONHOLD_DRAIN_NOTICE_SECONDS: '5',
    COMMONHOLD_SNAPSHOT_STALENESS_MAX_SECONDS: '60',
  })
  expect(config).toEqual({
    port: 0,
    host: '::1',
    publicUrl: 'https://ai.example.com',
    roles: ['control', 'worker'],
    mode: 'hosted',
    baseDomain: 'ai.example.com',
    dataDir: '/data/here',
    databaseUrl: 'postgres://a:b@c/d',
    appDatabaseUrl: 'postgresql://e:f@c/d',
    masterKey: Buffer.alloc(32, 7),
    firstAdmin: { email: 'ada@example.com', password: 'correct horse battery' },
    firstTenantName: 'acme',
    operatorKey: 'o'.repeat(24),
    smtpUrl: 'smtp://mail.example.com:587',
    mailFrom: 'Commonhold <no-reply@example.com>',
    logLevel: 'debug',
    allowPrivateUpstreams: true,
    sandbox: false,
    dbPoolMax: 25,
    metricsToken: 'scrape-me-with-this',
    gatewayProcesses: 3,
    drainSeconds: 40,
    drainNoticeSeconds: 5,
    snapshotStalenessSecondsMax: 60,
  })
})

test('all problems are told at once, each naming its variable and what is accepted', () => {
  const all = problems({
    COMMONHOLD_PORT: '70000',
    COMMONHOLD_ROLES: 'control,gatway',
    COMMONHOLD_MODE: 'cloud',
    COMMONHOLD_PUBLIC_URL: 'ai.example.com/path',
    COMMONHOLD_SANDBOX: 'maybe',
    COMMONHOLD_DB_POOL_MAX: '-1',
    COMMONHOLD_ADMIN_EMAIL: 'nobody',
  })
  expect(all).toEqual([
    'COMMONHOLD_ADMIN_EMAIL is set without COMMONHOLD_ADMIN_PASSWORD. Set both or neither.',
    'COMMONHOLD_PORT is "70000", but must be a whole number from 0 to 65535.',
    expect.stringMatching(/^COMMONHOLD_PUBLIC_URL is "ai\.example\.com\/path", but must be a URL/),
    expect.stringMatching(/^COMMONHOLD_ROLES is "control,gatway", but must be some of control,/),
    'COMMONHOLD_MODE is "cloud", but must be one of self-hosted, hosted.',
    'COMMONHOLD_ADMIN_EMAIL is "nobody", but must be an e-mail address.',
    'COMMONHOLD_SANDBOX is "maybe", but must be true or false.',
    'COMMONHOLD_DB_POOL_MAX is "-1", but must be a whole number from 1 to 1000.',
  ])
})

test('no secret is repeated, however wrong', () => {
  const secret = 'hunter2'
  const all = problems({
    COMMONHOLD_MASTER_KEY: secret,
    COMMONHOLD_ADMIN_EMAIL: 'ada@example.com',
    COMMONHOLD_ADMIN_PASSWORD: secret,
    COMMONHOLD_OPERATOR_KEY: secret,
    DATABASE_URL: `mysql://me:${secret}@host/db`,
    COMMONHOLD_APP_DATABASE_URL: secret,
    COMMONHOLD_SMTP_URL: `http://me:${secret}@host`,
    COMMONHOLD_MAIL_FROM: 'x@example.com',
  })
  expect(all).toHaveLength(6)
  expect(all.join('\n')).not.toContain(secret)
})

test('an unknown variable is a problem, with the one that was meant', () => {
  expect(problems({ COMMONHOLD_PROT: '1', COMMONHOLD_WHATEVER_ELSE: '1' })).toEqual([
    'COMMONHOLD_PROT is not a variable of Commonhold. Did you mean COMMONHOLD_PORT?',
    'COMMONHOLD_WHATEVER_ELSE is not a variable of Commonhold. Remove it.',
  ])
})

test('what is empty, the client’s or set by Kubernetes is not a problem', () => {
  const config = readConfig({
    COMMONHOLD_MODE: '',
    COMMONHOLD_TOKEN: 'ch_x',
    COMMONHOLD_SERVICE_HOST: '10.0.0.1',
    COMMONHOLD_PORT: 'tcp://10.0.0.1:7333',
    COMMONHOLD_PORT_7333_TCP_ADDR: '10.0.0.1',
  })
  expect(config).toMatchObject({ mode: 'self-hosted', port: 7333 })
})

test('a secret may come from a file, but not from both', () => {
  const directory = mkdtempSync(join(tmpdir(), 'commonhold-config-'))
  const path = join(directory, 'key')
  writeFileSync(path, `${KEY}\n`)
  expect(readConfig({ COMMONHOLD_MASTER_KEY_FILE: path }).masterKey).toEqual(Buffer.alloc(32, 7))
  expect(problems({ COMMONHOLD_MASTER_KEY_FILE: path, COMMONHOLD_MASTER_KEY: KEY })).toEqual([
    'COMMONHOLD_MASTER_KEY and COMMONHOLD_MASTER_KEY_FILE are both set. Set only one of them.',
  ])
  rmSync(directory, { recursive: true })
  expect(problems({ COMMONHOLD_MASTER_KEY_FILE: path })).toEqual([
    `COMMONHOLD_MASTER_KEY_FILE names a file that can not be read (ENOENT): ${path}.`,
  ])
})
