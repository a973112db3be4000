/** A server that is not isolated: the real one, with some of its answers changed on the way back. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface ProxyAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Answering {
  /** Which answers are changed. */
  readonly when: (asked: { url: string; authorization: string; status: number }) => boolean
  readonly change?: (answer: ProxyAnswer) => ProxyAnswer
  /** How much later they are given. */
  readonly delayMs?: number
}

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length'])

export async function startProxy(
  to: string,
  { when, change = (answer) => answer, delayMs = 0 }: Answering,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { host: _, ...sent } = request.headers
    const reply = await fetch(`${to}${request.url}`, {
      method: request.method!,
      headers: Object.entries(sent).filter(([name]) => !hopByHop.has(name)) as [string, string][],
      body: chunks.length === 0 ? null : Buffer.concat(chunks),
    })
    const headers = Object.fromEntries([...reply.headers].filter(([name]) => !hopByHop.has(name)))
    const answer = { status: reply.status, headers, body: await reply.text() }
    const { url = '', headers: asked } = request
    const isChanged = when({ url, authorization: asked.authorization ?? '', status: answer.status })
    const given = isChanged ? change(answer) : answer
    if (isChanged) await new Promise((resolve) => setTimeout(resolve, delayMs))
    response.writeHead(given.status, { ...given.headers, ...cookiesOf(reply) })
    response.end(given.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function cookiesOf(reply: Response): Record<string, string[]> {
  const cookies = reply.headers.getSetCookie()
  return cookies.length === 0 ? {} : { 'set-cookie': cookies }
}
