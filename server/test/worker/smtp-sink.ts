/** A mail server as small as one can be (RFC 5321): takes mail, keeps it, or refuses as told. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface SmtpSink {
  readonly url: string
  /** Whole messages, headers included. */
  readonly messages: string[]
  /** What to answer to the end of a message; 250 takes it. */
  answer: string
  close(): Promise<void>
}

export async function startSmtpSink(): Promise<SmtpSink> {
  const sockets = new Set<Socket>()
  const sink = { url: '', messages: [] as string[], answer: '250 taken', close: async () => {} }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    serve(socket, sink)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  sink.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`
  sink.close = async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  return sink
}

function serve(socket: Socket, sink: { messages: string[]; answer: string }): void {
  let buffer = ''
  let inData = false
  const say = (line: string) => socket.write(`${line}\r\n`)
  say('220 sink')
  socket.on('data', (chunk) => {
    buffer += chunk.toString('utf8')
    for (;;) {
      const end = inData ? '\r\n.\r\n' : '\r\n'
      const cut = buffer.indexOf(end)
      if (cut < 0) return
      const text = buffer.slice(0, cut)
      buffer = buffer.slice(cut + end.length)
      if (inData) {
        inData = false
        if (sink.answer.startsWith('250')) sink.messages.push(text)
        say(sink.answer)
      } else if (/^data/i.test(text)) {
        inData = true
        say('354 go on')
      } else if (/^quit/i.test(text)) {
        say('221 bye')
        socket.end()
      } else say('250 ok')
    }
  })
}
