/**
 * The story through a browser: what a person sees and clicks, from the one-time link to a bill. The
 * calls to models are made with an unmodified OpenAI client, with the token that the page showed.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import OpenAI from 'openai'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { choose, fill, launchBrowser, openWindow, press } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { password } from '../support/people.ts'
import { startProduct, type TestProduct } from '../support/server.ts'

const execFileAsync = promisify(execFile)

let product: TestProduct
let browser: Browser
let ana: Page
let bea: Page
let beaLink: string
let cleoLink: string
let token1: string
const faults: string[] = []

beforeAll(async () => {
  product = await startProduct()
  browser = await launchBrowser()
  ana = await window()
}, 90_000)
afterAll(async () => {
  await browser?.close()
  await product?.remove()
})

async function window(): Promise<Page> {
  const opened = await openWindow(browser)
  opened.page.on('pageerror', (error) => faults.push(error.message))
  return opened.page
}

const say = (apiKey: string, model: string) =>
  new OpenAI({ apiKey, baseURL: `${product.url}/v1`, maxRetries: 0 }).chat.completions.create({
    model,
    max_tokens: 20,
    messages: [{ role: 'user', content: 'Hello' }],
  })

/** Runs what somebody has copied, with the token where it says. @returns what it printed */
async function ran(program: string, words: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, COMMONHOLD_TOKEN: token1 }
  return (await execFileAsync(program, words, { env, cwd: import.meta.dirname })).stdout
}

/** Opens the drawer of a list page by its deep link. */
async function drawer(page: Page, path: string) {
  await page.goto(`${product.url}/${path}?new=true`)
  return page.getByRole('dialog')
}

/** Closes a drawer by submitting it, and waits until it is gone. */
async function submit(page: Page, button: string): Promise<void> {
  const form = page.getByRole('dialog')
  await press(form, button)
  await form.waitFor({ state: 'detached' })
}

const shownOnce = (page: Page) => page.getByRole('dialog').getByRole('code').first().innerText()

async function accept(page: Page, link: string, fields: Record<string, string>): Promise<void> {
  await page.goto(link)
  await fill(page.locator('main'), { ...fields, 'New password': password })
  await press(page, /Set the password/)
  await page.waitForURL(/overview/)
}

describe('the first admin', () => {
  it('sets a password with the link, which leaves the address at once', async () => {
    await accept(ana, product.adminLink!, {
      'E-mail': 'ana@example.com',
      'Your name': 'Ana Okafor',
    })
    expect(ana.url()).not.toContain('ch_inv')
    await ana.getByRole('heading', { name: 'From here to the first call' }).waitFor()
  })

  it('is led by the guide to a token, and sees the first call arrive', async () => {
    await press(ana, 'Connect the sandbox')
    await press(ana, 'Create and grant')
    await press(ana, 'Create with a token')
    const token = await shownOnce(ana)
    expect(token).toMatch(/^ch_va_/)
    await press(ana.getByRole('dialog'), 'I have saved it')
    const answer = await eventually('the token to be known', () =>
      say(token, 'sandbox/sandbox-fast').catch(() => null),
    )
    expect(answer.choices).toHaveLength(1)
    await ana
      .getByRole('table', { name: 'Latest calls' })
      .getByText('sandbox/sandbox-fast')
      .waitFor()
  })

  it('reads nothing of accounts on the way but the invitation to make one', async () => {
    const said = await ana.locator('main').innerText()
    expect(said).not.toMatch(/\broot\b/i)
    expect(await ana.getByRole('button', { name: /switch account/i }).count()).toBe(0)
  })
})

describe('accounts', () => {
  it('are made with an admin by link and a budget', async () => {
    for (const [name, email] of [
      ['account1', 'bea@example.com'],
      ['account2', 'dan@example.com'],
    ] as const) {
      const form = await drawer(ana, 'root/accounts')
      await fill(form, { 'Display name': name, 'First admin': email, Budget: '5' })
      await form.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
      await press(form, 'Create account')
      await ana.getByRole('heading', { name: 'Link for the first admin' }).waitFor()
      if (name === 'account1') beaLink = await shownOnce(ana)
      await press(ana.getByRole('dialog'), 'Done')
    }
    await ana.getByRole('table', { name: 'Accounts' }).getByText('account2').first().waitFor()
  })

  it('get a workspace and a model by shares', async () => {
    let form = await drawer(ana, 'root/clusters')
    await fill(form, { 'Display name': 'tenant-cluster', Name: 'tenant-cluster' })
    await press(form, 'Create cluster')
    await ana.getByText('tenant-cluster').first().waitFor()
    form = await drawer(ana, 'root/workspaces')
    await choose(form, 'Cluster', /tenant-cluster/)
    await fill(form, { 'Display name': 'workspace1', Name: 'workspace1' })
    await press(form, 'Create workspace')
    await ana.getByText('workspace1').first().waitFor()

    form = await drawer(ana, 'root/sharing')
    await choose(form, 'Model', /sandbox-fast/)
    await choose(form, 'With which account', /account1/)
    await submit(ana, 'Share')
    form = await drawer(ana, 'root/sharing')
    await choose(form, 'Kind', 'Workspace')
    await choose(form, 'Workspace', /workspace1/)
    await choose(form, 'With which account', /account1/)
    await submit(ana, 'Share')
  })
})

describe('the admin of an account', () => {
  it('comes in by the link and sees that account and no other', async () => {
    bea = await window()
    await accept(bea, beaLink, {})
    await bea.waitForURL(/account1\/overview/)
    expect(await bea.locator('body').innerText()).not.toContain('account2')
    await bea.goto(`${product.url}/account2/models`)
    await bea
      .getByText(/not found|does not exist|no account|nothing here/i)
      .first()
      .waitFor()
  })

  it('sees the shared model, and not the others', async () => {
    await bea.goto(`${product.url}/account1/models`)
    await bea.getByText('sandbox-fast').first().waitFor()
    expect(await bea.locator('main').innerText()).not.toContain('sandbox-slow')
  })

  it('makes a team, grants it the model, and makes a token', async () => {
    let form = await drawer(bea, 'account1/virtual-accounts')
    await fill(form, { 'Display name': 'app', Name: 'app' })
    await press(form, 'Create virtual account')
    await bea.getByText('app').first().waitFor()
    form = await drawer(bea, 'account1/teams')
    await fill(form, { 'Display name': 'team1', Name: 'team1' })
    await choose(form, 'Members', /app/)
    await bea.keyboard.press('Escape')
    await press(form, 'Create team')
    await bea.getByText('team1').first().waitFor()
    form = await drawer(bea, 'account1/grants')
    await choose(form, 'Team', /team1/)
    await choose(form, 'Model', /sandbox-fast/)
    await submit(bea, 'Grant')

    await bea.goto(`${product.url}/account1/virtual-accounts/app`)
    await press(bea, 'New token')
    form = bea.getByRole('dialog')
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('key')
    await press(form, /Create/)
    await bea.getByRole('heading', { name: 'Your new token' }).waitFor()
    token1 = await shownOnce(bea)
    await press(bea.getByRole('dialog'), 'I have saved it')
  })

  it('asks what the program reaches and why, and grants from there what it lacks', async () => {
    await bea.goto(`${product.url}/account1/virtual-accounts/app?tab=access`)
    await bea.getByRole('link', { name: 'What can it reach?' }).click()
    await bea.getByRole('link', { name: /^Why sandbox\/sandbox-fast/ }).click()
    await bea.getByText(/^app can use the model sandbox\/sandbox-fast: .* the team team1/).waitFor()
    await choose(bea.locator('main'), 'On what', /^The account$/)
    await bea.getByText(/^app can’t read the account account1/).waitFor()
    await press(bea, 'Grant it')
    await press(bea.getByRole('dialog'), 'Grant it')
    await bea.getByText(/^app can read the account account1/).waitFor()
  })

  it('finds the call on the account’s usage page, with its cost', async () => {
    await eventually('the token to be known', () =>
      say(token1, 'sandbox/sandbox-fast').catch(() => null),
    )
    await bea.goto(`${product.url}/account1/usage`)
    await bea.getByText('sandbox/sandbox-fast').first().waitFor()
    expect(await bea.locator('main').innerText()).toMatch(/\$0\.\d+/)
  })

  it('calls the model from the playground', async () => {
    await bea.goto(`${product.url}/account1/playground`)
    const talk = bea.getByRole('region', { name: 'Conversation' })
    await fill(talk, { Message: 'Say hello.' })
    await press(talk, 'Send')
    await talk
      .getByText(/\$0\.\d+/)
      .first()
      .waitFor()
  })

  it('copies a first call from the gateway page, and each runs as it is', async () => {
    await bea.goto(`${product.url}/account1/overview`)
    await bea.getByRole('link', { name: 'Gateway', exact: true }).click()
    await bea.getByText(`${product.url}/v1`, { exact: true }).waitFor()
    for (const format of ['OpenAI', 'Anthropic']) {
      const code = (language: string) =>
        bea.getByRole('region', { name: `${format}, ${language}`, exact: true }).innerText()
      await bea.getByText(format, { exact: true }).click()
      await bea.getByText('curl', { exact: true }).click()
      const curl = `${await code('curl')} -s -o /dev/null -w '%{http_code}'`
      expect(await ran('bash', ['-c', curl])).toBe('200')
      await bea.getByText('TypeScript', { exact: true }).click()
      const script = await code('TypeScript')
      expect(script).toContain('sandbox/sandbox-fast')
      expect(
        await ran(process.execPath, ['--input-type=module-typescript', '-e', script]),
      ).not.toBe('')
    }
  })

  it('is stopped by the budget that the tenant set', async () => {
    await ana.goto(`${product.url}/root/accounts/account1`)
    await press(ana, 'Edit')
    await fill(ana.getByRole('dialog'), { Budget: '0.000001' })
    await press(ana.getByRole('dialog'), /Save/)
    const refused = await eventually('the lowered budget to count', () =>
      say(token1, 'sandbox/sandbox-fast').then(
        () => null,
        (error) => error,
      ),
    )
    expect(refused.status).toBe(429)
    await bea.goto(`${product.url}/account1/budgets`)
    await bea
      .getByText(/allotted/i)
      .first()
      .waitFor()
  })
})

describe('somebody who is deactivated', () => {
  it('is out of an open page at once', async () => {
    const form = await drawer(bea, 'account1/users')
    await fill(form, { 'E-mail': 'cleo@example.com', Name: 'Cleo' })
    await press(form, 'Invite')
    await bea.getByRole('dialog').getByRole('code').first().waitFor()
    cleoLink = await shownOnce(bea)
    const cleo = await window()
    await accept(cleo, cleoLink, {})

    await bea.goto(`${product.url}/account1/users/cleo@example.com`)
    await press(bea, 'More actions')
    await bea.getByRole('menuitem', { name: /Deactivate/ }).click()
    await press(bea.getByRole('dialog'), /Deactivate/)
    await bea.getByText('deactivated').first().waitFor()
    await cleo.goto(`${product.url}/account1/models`)
    await cleo.waitForURL(/sign-in/)
  })
})

describe('the operator', () => {
  it('sees tenants by name and count, and turns multi-tenancy on', async () => {
    const page = await window()
    await page.goto(`${product.url}/operator`)
    await fill(page.locator('main'), { 'Operator key': product.operatorKey })
    await press(page, 'Sign in')
    await page.getByText('commonhold').first().waitFor()
    const said = await page.locator('main').innerText()
    expect(said).not.toContain('team1')
  })
})

it('shows every page of the navigation, with its drawer', async () => {
  await ana.goto(`${product.url}/root/overview`)
  const links = ana.getByRole('navigation', { name: 'Main' }).getByRole('link')
  await links.first().waitFor()
  const paths = await links.evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''))
  expect(paths.length).toBeGreaterThan(15)
  for (const path of paths) {
    await ana.goto(`${product.url}${path}?new=true`)
    await ana.getByRole('heading', { level: 1 }).first().waitFor()
    await ana.waitForLoadState('networkidle')
    expect([path, await ana.locator('main').innerText()]).not.toEqual([
      path,
      expect.stringMatching(/could not be (shown|loaded)/),
    ])
  }
})

it('met no fault in any page', () => {
  expect(faults).toEqual([])
})
