/** The console's files, and the page for every address that the console's own router knows. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const assetMaxAgeSeconds = 365 * 24 * 3600

/** Nothing from elsewhere, nothing inline but the styles that the component library sets. */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

/** @param directory console/dist; where it was not built, the root address says so */
export function registerConsole(app: FastifyInstance, directory: string): void {
  const index = join(directory, 'index.html')
  if (!existsSync(index)) {
    app.get('/', (_, reply) =>
      reply.type('text/plain').send('The console is not built. Run npm start.\n'),
    )
    return
  }
  const page = readFileSync(index, 'utf8')
  app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
    immutable: true,
    // The build has written .br and .gz beside each file: nothing is compressed while serving.
    preCompressed: true,
    maxAge: assetMaxAgeSeconds * 1_000,
    index: false,
  })
  app.get('/favicon.svg', (_, reply) => {
    const icon = join(directory, 'favicon.svg')
    return existsSync(icon)
      ? reply.type('image/svg+xml').send(readFileSync(icon))
      : reply.callNotFound()
  })
  app.get('/*', (request, reply) => {
    const isPage = request.headers.accept?.includes('text/html') ?? false
    const isApi = /^\/(api|v1|scim|sso|assets)(\/|$)/.test(request.url)
    if (isApi || !isPage) return reply.callNotFound()
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', contentSecurityPolicy)
      .send(page)
  })
}
