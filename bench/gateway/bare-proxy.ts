/**
 * The least that a proxy on node can do: node:http in front, undici behind, bytes passed through.
 * No authentication, no limits, no records. What a gateway costs is measured against this.
 */
import { createServer } from 'node:http'
import { Pool } from 'undici'
import { listenForParent } from './listen.ts'

const upstream = new Pool(process.argv[2]!, { connections: null, pipelining: 1 })

const server = createServer((request, response) => {
  const { 'content-type': type, 'content-length': length, authorization } = request.headers
  upstream.dispatch(
    {
      method: 'POST',
      path: request.url!,
      headers: { 'content-type': type, 'content-length': length, authorization },
      body: request,
    },
    {
      onRequestStart: () => undefined,
      onResponseStart(_controller, statusCode, headers) {
        const { connection: _connection, 'keep-alive': _keepAlive, ...rest } = headers
        response.writeHead(statusCode, rest)
      },
      onResponseData(controller, chunk) {
        if (response.write(chunk)) return
        controller.pause()
        response.once('drain', () => controller.resume())
      },
      onResponseEnd: () => void response.end(),
      onResponseError: () => void response.destroy(),
    },
  )
})

listenForParent(server)
