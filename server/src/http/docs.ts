/** The documents that answers point at (`type` of a problem, links in the console), as pages. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { marked } from 'marked'

const folders = ['../../../docs/', '../../../docs/guides/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

const style = `body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.6 system-ui, sans-serif;
  color-scheme: light dark }
table { border-collapse: collapse; display: block; overflow-x: auto }
td, th { border: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top }
code { font-size: .9em } pre { overflow-x: auto; padding: 1rem; background: #8881 }`

/** `/docs/errors`, `/docs/how-access-works`, …: one page for each file, rendered once. */
export function registerDocs(app: FastifyInstance): void {
  for (const folder of folders) {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
      const page = pageOf(readFileSync(join(folder, file), 'utf8'))
      app.get(`/docs/${basename(file, '.md')}`, (_, reply) =>
        reply.type('text/html; charset=utf-8').send(page),
      )
    }
  }
}

function pageOf(markdown: string): string {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? 'Commonhold'
  const html = (marked.parse(markdown, { async: false }) as string)
    .replace(/<h([23])>(.*?)<\/h\1>/g, (_, level: string, text: string) => {
      return `<h${level} id="${anchorOf(text)}">${text}</h${level}>`
    })
    // Documents link each other as files; here they are pages.
    .replace(/href="(?:[./\w-]*\/)?([\w-]+)\.md/g, 'href="/docs/$1')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${title} – Commonhold</title>
<style>${style}</style></head><body>${html}</body></html>\n`
}

/** As code hosts make it: the heading's letters, lower case, dashes for spaces. */
function anchorOf(heading: string): string {
  const letters = heading.replace(/<[^>]+>/g, '').toLowerCase()
  return letters
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s+/g, '-')
}
