/** What the clouds are signed in with: which of it goes together, and that it comes out nowhere. */
import { generateKeyPairSync } from 'node:crypto'
import type { ProviderSecret } from '@commonhold/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSecretValue } from '../../src/store/secret-value.ts'
import { loadTenantKey } from '../../src/store/tenant-key.ts'
import { type Control, refused, startControl, type TestTenant } from './support/control.ts'
import { newAccount, share } from './support/world.ts'

const root = { account: 'root' }
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const keyFile = {
  type: 'service_account',
  project_id: 'my-project',
  private_key: privateKey,
  client_email: 'gateway@my-project.iam.gserviceaccount.com',
  token_uri: 'https://oauth2.googleapis.com/token',
}
const aws = {
  provider: 'bedrock',
  region: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE1234567',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'the-session-token',
}

let control: Control
let acme: TestTenant

beforeAll(async () => {
  control = await startControl()
  acme = await control.tenant('acme')
})
afterAll(() => control.close())

const create = (name: string, body: object) =>
  control.ask('provider-account.create', {
    as: acme.admin,
    params: root,
    body: { name, ...body },
  })
const update = (name: string, body: object) =>
  control.ask('provider-account.update', {
    as: acme.admin,
    params: { ...root, 'provider-account': name },
    body,
  })

async function stored(id: string, ...fields: ProviderSecret[]): Promise<(string | null)[]> {
  return control.services.database.withTenant(acme.id, async (tx) => {
    const key = await loadTenantKey(tx, control.services.vault, acme.id)
    const values: (string | null)[] = []
    for (const field of fields) {
      const place = { tenantId: acme.id, resourceId: id as never, field }
      values.push(await readSecretValue(tx, key, place))
    }
    return values
  })
}

async function pointerOf(asked: Promise<unknown>): Promise<string> {
  const { code, errors } = await refused(asked)
  return `${code} ${errors[0].pointer}`
}

test('an access key of AWS: its id is read, its secret and session token are not', async () => {
  const made = await create('aws', aws)
  expect(made).toMatchObject({ region: 'us-east-1', accessKeyId: aws.accessKeyId })
  const audit = await control.ask('audit-event.list', { as: acme.admin, params: root })
  expect(audit.items[0].after).toMatchObject({
    secretAccessKeyWritten: true,
    sessionTokenWritten: true,
  })
  const told = JSON.stringify([made, audit])
  expect(told).not.toContain(aws.secretAccessKey)
  expect(told).not.toContain(aws.sessionToken)
  expect(await stored(made.id, 'secretAccessKey', 'sessionToken')).toEqual([
    aws.secretAccessKey,
    aws.sessionToken,
  ])
  // A new secret comes without the session token of the old one.
  await update('aws', { accessKeyId: 'AKIDEXAMPLE7654321', secretAccessKey: 'another' })
  expect(await stored(made.id, 'secretAccessKey', 'sessionToken')).toEqual(['another', null])
  await update('aws', { accessKeyId: null, secretAccessKey: null, apiKey: 'bedrock-api-key' })
  expect(await stored(made.id, 'apiKey', 'secretAccessKey')).toEqual(['bedrock-api-key', null])
})

test('an account that it is shared to learns neither where it is nor by which key', async () => {
  await create('lent', aws)
  const research = await newAccount(control, acme, 'research')
  const lent = {
    kind: 'provider-account',
    resource: 'lent',
    to: 'research',
    upTo: 'admin',
  } as const
  await share(control, acme, lent)
  const read = await control.ask('provider-account.get', {
    as: research.admin,
    params: { account: 'research', 'provider-account': 'lent' },
  })
  expect(read).toMatchObject({ shared: true, provider: 'bedrock' })
  for (const field of ['region', 'accessKeyId']) expect(read).not.toHaveProperty(field)
})

test('what does not go together is refused by its name', async () => {
  const { accessKeyId, secretAccessKey, sessionToken, ...place } = aws
  const refusal = (body: object) => pointerOf(create('wrong', body))
  expect(await refusal({ provider: 'bedrock' })).toBe('refused_by_rule /region')
  expect(await refusal({ ...place, accessKeyId })).toBe('refused_by_rule /secretAccessKey')
  expect(await refusal({ ...place, secretAccessKey })).toBe('refused_by_rule /accessKeyId')
  expect(await refusal({ ...place, sessionToken })).toBe('refused_by_rule /accessKeyId')
  expect(await refusal({ ...aws, apiKey: 'k' })).toBe('refused_by_rule /apiKey')
  expect(await refusal({ ...place, project: 'p1' })).toBe('refused_by_rule /project')
  expect(await refusal({ provider: 'openai', region: 'us-east-1' })).toBe('refused_by_rule /region')
  expect(await refusal({ provider: 'sandbox', accessKeyId })).toBe('refused_by_rule /accessKeyId')
  await create('rotated', aws)
  const other = update('rotated', { accessKeyId: 'AKIDEXAMPLE7654321' })
  expect(await pointerOf(other)).toBe('refused_by_rule /secretAccessKey')
})

test('a stored secret goes to another region of its vendor, and to no address of somebody else’s', async () => {
  await create('moving', aws)
  await update('moving', { region: 'eu-west-1' })
  const elsewhere = { baseUrl: 'https://aws.example.com' }
  expect(await pointerOf(update('moving', elsewhere))).toBe('refused_by_rule /secretAccessKey')
  const again = { ...elsewhere, secretAccessKey: aws.secretAccessKey }
  expect(await update('moving', again)).toMatchObject(elsewhere)
  // The session token that was left out belonged to the secret that was there.
  expect(await pointerOf(create('private', { ...aws, baseUrl: 'http://169.254.169.254' }))).toBe(
    'unsafe_url /baseUrl',
  )
})

test('a service account’s key: the project is read from it, and what is wrong is said without quoting it', async () => {
  const vertex = { provider: 'vertex', region: 'europe-west4' }
  const serviceAccountKey = JSON.stringify(keyFile)
  const made = await create('google', { ...vertex, serviceAccountKey })
  expect(made).toMatchObject({ project: 'my-project', region: 'europe-west4' })
  expect(JSON.stringify(made)).not.toContain('PRIVATE KEY')
  expect(await stored(made.id, 'serviceAccountKey')).toEqual([serviceAccountKey])
  const refusal = (change: object) =>
    refused(create('wrong', { ...vertex, serviceAccountKey: JSON.stringify(change) }))
  expect((await refusal({ ...keyFile, type: 'authorized_user' })).message).toContain('its type')
  const broken = { ...keyFile, private_key: '-----BEGIN PRIVATE KEY-----\nsecretsecret\n' }
  expect((await refusal(broken)).message).toMatch(/not an RSA key in PEM\.$/)
  const metadata = { ...keyFile, token_uri: 'http://169.254.169.254/token' }
  expect(await refusal(metadata)).toMatchObject({ code: 'unsafe_url' })
  const noFile = create('wrong', { ...vertex, serviceAccountKey: 'secretsecret' })
  expect((await refused(noFile)).message).not.toContain('secretsecret')
  const { project_id: _, ...nameless } = keyFile
  expect(await refusal(nameless)).toMatchObject({ errors: [{ pointer: '/project' }] })
  await update('google', { apiKey: 'an-api-key' })
  expect(await stored(made.id, 'apiKey', 'serviceAccountKey')).toEqual(['an-api-key', null])
})
