/** sdk/src/operations.generated.ts: what the client has to know to send each operation. */
import { type GeneratedFile, header } from './generated-file.ts'
import { camelCase, type OperationView, views } from './operation-view.ts'

export function sdkOperationsFile(): GeneratedFile {
  const lines = views.map((view) => `  ${quoted(view.id)}: ${JSON.stringify(entry(view))},\n`)
  const text = [
    header('Every operation of the API, as the client sends it.', 'contract/src'),
    "import type { OperationEntry } from './operation.ts'\n\n",
    `export const operations = {\n${lines.join('')}} as const satisfies Record<string, OperationEntry>\n\n`,
    'export type OperationId = keyof typeof operations\n',
  ]
  return { path: 'sdk/src/operations.generated.ts', text: text.join('') }
}

const quoted = (text: string) => `'${text}'`

function entry(view: OperationView) {
  return {
    noun: view.noun,
    verb: view.verb,
    method: view.method,
    path: view.path,
    params: Object.fromEntries(view.params.map(({ name }) => [camelCase(name), name])),
    query: view.query.map(({ name }) => name),
    body: view.body !== null,
    status: view.status,
    safe: view.safe,
    idempotencyKey: view.idempotencyKey,
  }
}
