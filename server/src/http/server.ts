/**
 * One listener for everything: addresses that begin with `/v1/` go to the data path as raw node:http,
 * because a framework in between costs a third of the throughput (6-stack.md); the rest is Fastify.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Refusal } from '@commonhold/contract'
import fastifyCookie from '@fastify/cookie'
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Door } from '../control/run.ts'
import { newId } from '../crypto/new-id.ts'
import type { Log } from '../log.ts'
import { StartupError } from '../startup-error.ts'
import { registerApi } from './api.ts'
import { registerApiReference } from './api-reference.ts'
import { registerConsole } from './console.ts'
import { registerDocs } from './docs.ts'
import { drain } from './drain.ts'
import { type Metrics, type Readiness, registerHealth } from './health.ts'
import { sendProblem } from './problem.ts'

export const bodyBytesMax = 1_048_576
export const paramLettersMax = 500
export const headersTimeoutMs = 15_000
export const keepAliveTimeoutMs = 65_000
const closeIdleEveryMs = 100
const requestIdPattern = /^[\w.-]{1,100}$/

export interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly log: Log
  /** Null where this process does not have the role. */
  readonly door: Door | null
  readonly gateway: ((request: IncomingMessage, response: ServerResponse) => void) | null
  readonly readiness: Readiness
  readonly metrics: Metrics
  readonly consoleDirectory: string
  readonly secureCookies: boolean
}

export interface RunningServer {
  readonly port: number
  /** Stops accepting, lets what is running end. */
  close(): Promise<void>
}

/** @throws StartupError when the address can't be had */
export async function serve(options: ServerOptions): Promise<RunningServer> {
  const { gateway } = options
  let server: Server | undefined
  const app: FastifyInstance = fastify({
    // A line per request would cost more than most requests; the metrics count them.
    loggerInstance: options.log.child(
      {},
      { level: quietest(options.log.level) },
    ) as FastifyBaseLogger,
    bodyLimit: bodyBytesMax,
    routerOptions: { maxParamLength: paramLettersMax },
    genReqId: requestId,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => sendProblem(request, reply, error),
    serverFactory: (handle) => {
      server = createServer({ headersTimeout: headersTimeoutMs }, (request, response) => {
        if (gateway !== null && request.url?.startsWith('/v1/')) gateway(request, response)
        else handle(request, response)
      })
      server.keepAliveTimeout = keepAliveTimeoutMs
      return server
    },
  })
  await app.register(fastifyCookie)
  // JSON is all that is understood here; text would reach the operations as a string.
  app.removeContentTypeParser('text/plain')
  app.addHook('onSend', async (request, reply) => {
    if (reply.hasHeader('connection') && (await drain(request.raw)))
      reply.removeHeader('connection')
    reply.header('x-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'no-referrer')
  })
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error))
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, new Refusal('not_found', 'There is nothing at this address.')),
  )
  registerHealth(app, options.readiness, options.metrics)
  if (options.door !== null) {
    registerApi(app, {
      door: options.door,
      secureCookies: options.secureCookies,
      onAnswer: options.metrics.countAnswer,
    })
    registerApiReference(app)
    registerDocs(app)
    registerConsole(app, options.consoleDirectory)
  }
  await listen(app, options)
  return {
    port: (server!.address() as AddressInfo).port,
    close: () => closeWhole(app, server!),
  }
}

/** A connection that is kept alive for its next request must not keep the server from closing. */
async function closeWhole(app: FastifyInstance, server: Server): Promise<void> {
  const timer = setInterval(() => server.closeIdleConnections(), closeIdleEveryMs)
  await app.close().finally(() => clearInterval(timer))
}

async function listen(app: FastifyInstance, { host, port }: ServerOptions): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw new StartupError(listenProblem(error as NodeJS.ErrnoException, host, port))
  }
}

function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use. Stop what uses it, or set COMMONHOLD_PORT to another one.`
  }
  if (error.code === 'EACCES') {
    return `Port ${port} needs more rights than this user has. Set COMMONHOLD_PORT to 1024 or above.`
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `${host} is not an address of this machine. Set COMMONHOLD_HOST to 127.0.0.1 or 0.0.0.0.`
  }
  return `The server can not listen on ${host}:${port} (${error.code ?? error.message}).`
}

/** `warn`, or less where the log is set to say less. */
function quietest(level: string): string {
  return ['error', 'fatal', 'silent'].includes(level) ? level : 'warn'
}

/** The caller's own id is kept when it is harmless, so that one id goes through all logs. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && requestIdPattern.test(given) ? given : newId('req')
}
