/** A real browser: the system's Chromium, headless, with nothing of its own to phone. */
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launchBrowser(): Promise<Browser> {
  const executablePath = places.find((path) => path && existsSync(path))
  if (!executablePath) throw new Error('No Chromium found. Install it, or set CHROMIUM_PATH.')
  return chromium.launch({ executablePath, args: quiet })
}

/** A person at a browser of his own: own cookies, own window. Faults of the page fail the test. */
export async function openWindow(browser: Browser): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  return { page, faults }
}

/** Fills the fields of a form by their labels. */
export async function fill(form: Locator, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) {
    await form.getByRole('textbox', { name: label, exact: true }).fill(text)
  }
}

/** Picks an option of a select by what it says. */
export async function choose(form: Locator, label: string, option: string | RegExp): Promise<void> {
  await form.getByRole('combobox', { name: label, exact: true }).click()
  await form.page().getByRole('option', { name: option }).first().click()
}

export async function press(place: Locator | Page, name: string | RegExp): Promise<void> {
  await place.getByRole('button', { name, exact: typeof name === 'string' }).click()
}
