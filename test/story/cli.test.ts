/**
 * The story of the product at a command line: what a person types, what is printed, and an unmodified
 * OpenAI client with the token that was printed. Each step stands on the one before.
 */
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { accept, password } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'
import { openShell, type Shell } from '../support/shell.ts'

const operatorKey = 'an-operator-key-for-this-test-alone'
const price = '--price.inputPerMillionUsd 1000 --price.outputPerMillionUsd 2000'
const chatModel = `--type chat --context-tokens-max 8000 --output-tokens-max 200 ${price}`

let product: TestProduct
/** Ana, the tenant's admin; Ben, who runs account1; and whoever operates the deployment. */
let ana: Shell
let ben: Shell
let operator: Shell

beforeAll(async () => {
  product = await startProduct({
    COMMONHOLD_ADMIN_EMAIL: 'ana@example.com',
    COMMONHOLD_ADMIN_PASSWORD: password,
    COMMONHOLD_TENANT_NAME: 'acme',
    COMMONHOLD_OPERATOR_KEY: operatorKey,
  })
  ana = openShell()
  ben = openShell()
  operator = openShell({ COMMONHOLD_URL: product.url, COMMONHOLD_OPERATOR_KEY: operatorKey })
}, 90_000)

afterAll(async () => {
  for (const shell of [ana, ben, operator]) shell?.close()
  await product?.remove()
})

const openai = (apiKey: string) =>
  new OpenAI({ apiKey, baseURL: `${product.url}/v1`, maxRetries: 0 })

const say = (apiKey: string, model: string) =>
  openai(apiKey).chat.completions.create({
    model,
    max_tokens: 20,
    messages: [{ role: 'user', content: 'Hello' }],
  })

/** The value in a line `field  value` of what was printed. */
function field(printed: string, name: string): string {
  const line = printed.split('\n').find((one) => one.trim().startsWith(`${name} `))
  if (line === undefined) throw new Error(`no ${name} in:\n${printed}`)
  return line.trim().slice(name.length).trim()
}

/** A table's rows, by the titles of its columns. */
function table(printed: string): Record<string, string>[] {
  const [head = '', ...lines] = printed.trimEnd().split('\n')
  const titles = [...head.matchAll(/\S+(?: \S+)*/g)].map(({ 0: title, index }) => ({
    title,
    index,
  }))
  return lines.map((line) =>
    Object.fromEntries(
      titles.map(({ title, index }, place) => [
        title,
        line.slice(index, titles[place + 1]?.index).trim(),
      ]),
    ),
  )
}

describe('signing in', () => {
  it('says what is missing before it asks the server', async () => {
    const nobody = await ana.type('login')
    expect(nobody).toMatchObject({ code: 2, out: '' })
    expect(nobody.err).toContain('--password-stdin')
  })

  it('refuses a wrong password in a sentence', async () => {
    const line = `login --url ${product.url} --email ana@example.com --password-stdin`
    const refused = await ana.type(line, 'not the password')
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toMatch(/e-mail or the password is wrong/)
  })

  it('takes the password from a pipe and remembers the server', async () => {
    const line = `login --url ${product.url} --email ana@example.com --password-stdin`
    expect(await ana.run(line, `${password}\n`)).toContain('as ana@example.com')
    const who = await ana.run('whoami')
    expect(who).toMatch(/^ana@example\.com \(user_/)
    expect(field(who, 'accounts')).toBe('root')
    const me = await ana.json<{ tenant: { name: string } }>('whoami')
    expect(me.tenant.name).toBe('acme')
  })
})

describe('flat use', () => {
  let token: string

  it('connects the sandbox and prices models', async () => {
    await ana.run('provider-account create --name vendor --provider sandbox')
    for (const name of ['model1', 'model2']) {
      const line = `model create --name ${name} --provider-account vendor --upstream-model sandbox-fast`
      expect(field(await ana.run(`${line} ${chatModel}`), 'name')).toBe(name)
    }
    await ana.run(
      'model create --name embed --providerAccount vendor --upstreamModel sandbox-embed --type embedding --contextTokensMax 8000 --outputTokensMax 0 --price.inputPerMillionUsd 100 --price.outputPerMillionUsd 0',
    )
    const rows = table(await ana.run('model list'))
    expect(rows.map(({ NAME }) => NAME)).toEqual(['embed', 'model1', 'model2'])
    expect(rows[1]).toMatchObject({ 'PROVIDER ACCOUNT': 'vendor', TYPE: 'chat' })
    expect(rows[1]!.ID).toMatch(/^mdl_/)
  })

  it('lets a team use models and gives code a token', async () => {
    await ana.run('virtual-account create --name app --display-name "Our app"')
    await ana.run('team create --name builders --members app')
    for (const name of ['model1', 'embed']) {
      await ana.run(
        `grant create --subject.team builders --object.kind model --object.resource vendor/${name} --role user`,
      )
    }
    token = field(await ana.run('token create app --name first'), 'secret')
    expect(token).toMatch(/^ch_va_/)
    expect(await ana.run('token list app')).not.toContain(token)
    const { items } = await ana.json<{ items: { name: string }[] }>('token list app')
    expect(items.map(({ name }) => name)).toEqual(['first'])
  })

  it('answers an unmodified OpenAI client, streamed and not, and embeddings', async () => {
    const answer = await eventually('the gateway to know the token', () =>
      say(token, 'vendor/model1').catch(() => null),
    )
    expect(answer.choices[0]!.message.content).not.toBe('')
    const stream = await openai(token).chat.completions.create({
      model: 'vendor/model1',
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'Hello' }],
    })
    let text = ''
    let streamedTokens = 0
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      streamedTokens += chunk.usage?.total_tokens ?? 0
    }
    expect(text).not.toBe('')
    expect(streamedTokens).toBeGreaterThan(0)
    const { data } = await openai(token).embeddings.create({
      model: 'vendor/embed',
      input: ['one', 'two'],
    })
    expect(data.map(({ embedding }) => embedding.length > 1)).toEqual([true, true])
  })

  it('shows the usage, in a table and as data', async () => {
    const { items } = await eventually('three records', async () => {
      const page = await ana.json<{ items: { route: string; costNanos: string }[] }>('usage list')
      return page.items.length === 3 && page
    })
    expect(items.map(({ route }) => route).sort()).toEqual(['chat', 'chat', 'embeddings'])
    const rows = table(await ana.run('usage list'))
    expect(rows[0]).toMatchObject({ PRINCIPAL: 'app', MODEL: 'vendor/embed', STATUS: 'ok' })
    expect(rows.every((row) => Number(row['COST USD']) > 0)).toBe(true)
    const { totalNanos } = await ana.json<{ totalNanos: string }>('usage summary --group-by model')
    const sum = items.reduce((all, one) => all + BigInt(one.costNanos), 0n)
    expect(totalNanos).toBe(String(sum))
  })

  it('explains why somebody may, and why not', async () => {
    const yes = await ana.run('explain --can app model:use vendor/model1')
    expect(yes).toMatch(/^app can use the model vendor\/model1: by the role user/)
    const no = await ana.run('explain --can app model:use vendor/model2')
    expect(no).toMatch(/^app can’?n?o?t? /)
    expect(no).toContain('✗')
    const data = await ana.json<{ allowed: boolean }>('explain --can app model:use vendor/model2')
    expect(data.allowed).toBe(false)
  })

  it('says what would be lost, and writes nothing', async () => {
    const plan = await ana.run('team delete builders --dry-run')
    expect(plan).toContain('Nothing was written')
    expect(plan).toContain('who loses access')
    expect(plan).toMatch(/^ +app\n +through user on .*the team builders: /m)
    expect(field(await ana.run('team get builders'), 'name')).toBe('builders')
  })
})

describe('accounts', () => {
  it('are created with a boundary, an admin by link, and a budget', async () => {
    const made = await ana.run(
      'account create --name account1 --boundary standard --admin.email ben@example.com --budget.amountUsd 5',
    )
    await accept(product.url, field(made, 'link'))
    await ben.run(
      `login --url ${product.url} --email ben@example.com --password-stdin`,
      `${password}\n`,
    )
    expect(field(await ben.run('whoami'), 'accounts')).toBe('account1')
    const rows = table(await ana.run('account list'))
    expect(rows.map(({ NAME }) => NAME)).toEqual(['account1', 'root'])
  })

  it('get models by shares, and are run by their admins without saying which account', async () => {
    await ana.run('share create --kind model --resource vendor/model1 --to account1 --upTo user')
    expect(table(await ben.run('model list')).map(({ NAME }) => NAME)).toEqual(['model1'])
    await ben.run('virtual-account create --name app')
    await ben.run('team create --name team1 --members app')
    const grant =
      'grant create --subject.team team1 --object.kind model --object.resource vendor/model1'
    await ben.run(`${grant} --role user`)
    const tooMuch = await ben.type(`${grant} --role admin`)
    expect(tooMuch.code).toBe(1)
    expect(tooMuch.err).toMatch(/Missing permissions: .*model:update/)
    const token = field(await ben.run('token create app --name app'), 'secret')
    await eventually('account1 to reach its model', () =>
      say(token, 'vendor/model1').catch(() => null),
    )
    const whose = openShell({ COMMONHOLD_URL: product.url, COMMONHOLD_TOKEN: token })
    expect(field(await whose.run('whoami'), 'accounts')).toBe('account1')
    expect(table(await whose.run('model list')).map(({ NAME }) => NAME)).toEqual(['model1'])
    whose.close()
  })

  it('do not exist for each other', async () => {
    const there = await ben.type('team list --account root')
    expect(there.code).toBe(1)
    expect(there.err).toMatch(/404/)
    expect((await ben.type('model get vendor/model2')).code).toBe(1)
  })

  it('have a bill that adds up for both sides', async () => {
    const mine = await eventually('the usage to arrive', async () => {
      const sum = await ben.json<{ totalNanos: string }>('usage summary')
      return sum.totalNanos !== '0' && sum
    })
    const bill = await ana.json<{ totalNanos: string }>('account bill account1')
    expect(bill.totalNanos).toBe(mine.totalNanos)
    const [budget] = table(await ben.run('budget list'))
    expect(budget).toMatchObject({ LEVEL: 'account', IMPOSED: 'true' })
    const raised = await ben.type(`budget update ${budget!.ID} --amount-usd 1000`)
    expect(raised.code).toBe(1)
    expect(raised.err).toMatch(/422/)
  })
})

describe('the operator', () => {
  it('is told which key to set', async () => {
    const without = await ana.type('operator-tenant list')
    expect(without).toMatchObject({ code: 2, out: '' })
    expect(without.err).toContain('COMMONHOLD_OPERATOR_KEY')
    const wrong = ana.with({ COMMONHOLD_OPERATOR_KEY: 'not-the-key-of-this-deployment' })
    expect((await wrong.type('operator-tenant list')).code).toBe(1)
  })

  it('makes, suspends and resumes a tenant', async () => {
    const create = 'operator-tenant create --name second --admin.email ana@example.com'
    const early = await operator.type(create)
    expect(early.err).toMatch(/409/)
    await operator.run('operator-settings update --multi-tenancy')
    await accept(product.url, field(await operator.run(create), 'adminLink'))
    const rows = table(await operator.run('operator-tenant list'))
    expect(rows.map(({ NAME }) => NAME)).toEqual(['acme', 'second'])
    await operator.run('operator-tenant suspend second')
    const twin = openShell({ COMMONHOLD_URL: product.url })
    const line = 'login --email ana@example.com --tenant second --password-stdin'
    expect((await twin.type(line, password)).code).toBe(1)
    await operator.run('operator-tenant resume second')
    expect(await twin.run(line, password)).toContain('as ana@example.com')
    expect(await twin.run('model list')).toBe('None.\n')
    twin.close()
  })
})

describe('when something is wrong', () => {
  it('doctor finds everything well, and says so of each part', async () => {
    const printed = await ana.run('doctor')
    expect(printed).not.toMatch(/^[!✗]/m)
    for (const part of ['server', 'database', 'gateway', 'credential']) {
      expect(printed).toMatch(new RegExp(`^✓ ${part} `, 'm'))
    }
  })

  it('a refusal names field and rule, and a typo its neighbour', async () => {
    const refused = await ana.type('team create --name Bad_Name')
    expect(refused.code).toBe(1)
    expect(refused.err).toMatch(/\/name {2}is 3 to 64 letters/)
    const typo = await ana.type('team create --nmae x')
    expect(typo.code).toBe(2)
    expect(typo.err).toContain('--name')
  })

  it('signing out ends the session', async () => {
    expect(await ana.run('logout')).toBe('Signed out.\n')
    const gone = await ana.type(`whoami --url ${product.url}`)
    expect(gone.code).toBe(1)
    expect(gone.err).toContain('commonhold login')
  })

  it('a server that is not there is told from one that refuses', async () => {
    await product.stop()
    const away = await ben.type('team list')
    expect(away.code).toBe(3)
    expect(away.err).not.toMatch(/\n\s+at /)
  })
})
