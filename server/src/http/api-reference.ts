/** `/api/openapi.json`, and a page to browse it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

const resolve = createRequire(import.meta.url).resolve
const document = readFileSync(resolve('@commonhold/contract/openapi.json'))

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Commonhold API</title>
<link rel="stylesheet" href="/api/reference/files/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/reference/files/swagger-ui-bundle.js"></script>
<script src="/api/reference/start.js"></script>
</body>
</html>
`

const start = `SwaggerUIBundle({
  url: '/api/openapi.json', dom_id: '#swagger-ui', deepLinking: true,
  docExpansion: 'none', filter: true, tryItOutEnabled: true,
})
`

export function registerApiReference(app: FastifyInstance): void {
  app.get('/api/openapi.json', (_, reply) => reply.type('application/json').send(document))
  app.get('/api/reference', (_, reply) => reply.type('text/html; charset=utf-8').send(page))
  app.get('/api/reference/start.js', (_, reply) => reply.type('text/javascript').send(start))
  app.register(fastifyStatic, {
    root: dirname(resolve('swagger-ui-dist/package.json')),
    prefix: '/api/reference/files/',
    decorateReply: false,
    index: false,
    allowedPath: (path) => /^\/swagger-ui(-bundle)?\.(css|js)$/.test(path),
  })
}
