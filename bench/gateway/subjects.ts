/** What is compared: no proxy, the least proxy, Portkey's gateway and Commonhold, all running. */
import { fileURLToPath } from 'node:url'
import type { Placement } from '../lib/machine.ts'
import { startServer } from './child.ts'
import { MODEL, type Product, startCommonhold } from './commonhold.ts'
import { CHUNKS_PER_STREAM, requestBody, UPSTREAM_MODEL } from './wire.ts'

export interface Subject {
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly model: string
  /** The root of its processes; null where nothing stands between the caller and the upstream. */
  readonly pid: number | null
}

export interface Subjects {
  readonly direct: Subject
  readonly bare: Subject
  readonly portkey: Subject
  readonly commonhold: Subject
  readonly product: Product
  stop(): Promise<void>
}

const READY_MS_MAX = 10_000
const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const json = { 'content-type': 'application/json' }

/** Starts the upstream and all subjects, and makes sure that each gives whole and right answers. */
export async function startSubjects({ load, subject }: Placement): Promise<Subjects> {
  const stops: (() => Promise<void>)[] = []
  const started = async (starting: ReturnType<typeof startServer>) => {
    const { child, url } = await starting
    stops.push(child.stop)
    return { url, pid: child.process.pid! }
  }
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one()
  }
  try {
    const upstream = await started(startServer(load, [fileOf('upstream.ts')]))
    const bare = await started(startServer(subject, [fileOf('bare-proxy.ts'), upstream.url]))
    const portkey = await started(startPortkey(subject))
    const product = await startCommonhold(subject, upstream.url, profiling())
    stops.push(product.stop)
    const key = { ...json, authorization: 'Bearer bench-key' }
    const routing = {
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${upstream.url}/v1`,
    }
    const common = { headers: key, model: UPSTREAM_MODEL }
    const subjects = {
      direct: { ...common, name: 'No proxy', url: upstream.url, pid: null },
      bare: { ...common, name: 'node:http + undici', ...bare },
      portkey: { ...common, name: 'Portkey gateway', ...portkey, headers: { ...key, ...routing } },
      commonhold: {
        name: 'Commonhold',
        url: product.url.replace('localhost', '127.0.0.1'),
        headers: { ...json, authorization: `Bearer ${product.token}` },
        model: MODEL,
        pid: product.pid,
      },
    }
    for (const one of Object.values(subjects)) await checkAnswers(one)
    return { ...subjects, product, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** COMMONHOLD_BENCH_PROFILE names a directory that gets a processor profile of Commonhold. */
function profiling(): string[] {
  const directory = process.env.COMMONHOLD_BENCH_PROFILE
  return directory ? ['--cpu-prof', `--cpu-prof-dir=${directory}`] : []
}

function startPortkey(cores: string | null) {
  const server = fileURLToPath(
    new URL('../node_modules/@portkey-ai/gateway/build/start-server.js', import.meta.url),
  )
  const args = ['--import', fileOf('loopback.mjs'), server, '--headless']
  return startServer(cores, args, { NODE_ENV: 'production' })
}

/** One whole answer and one stream: what is fast and wrong is not measured. */
async function checkAnswers(subject: Subject): Promise<void> {
  const whole = await ask(subject, false)
  const { choices } = JSON.parse(whole) as { choices: { message: { content: string } }[] }
  const words = choices[0]!.message.content.trim().split(' ')
  const stream = await ask(subject, true)
  const events = stream.split('\n\n').filter((event) => event.startsWith('data: {'))
  const complete = stream.trimEnd().endsWith('data: [DONE]')
  if (words.length !== CHUNKS_PER_STREAM || events.length !== CHUNKS_PER_STREAM || !complete) {
    throw new Error(`${subject.name} does not pass on what the upstream says:\n${stream}`)
  }
}

/** Asks until it is answered: a token takes a moment to reach a gateway. */
async function ask({ name, url, headers, model }: Subject, stream: boolean): Promise<string> {
  const endMs = Date.now() + READY_MS_MAX
  for (;;) {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body: requestBody(model, stream),
    })
    const text = await response.text()
    if (response.ok) return text
    if (Date.now() > endMs) throw new Error(`${name} answers ${response.status}: ${text}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
