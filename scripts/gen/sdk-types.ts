/**
 * sdk/src/types.generated.ts: one type for each shared schema, and the client's own interface with
 * the sentence of each operation as its documentation.
 */
import type { OpenApiParameter } from '../../contract/src/openapi-document.ts'
import { type GeneratedFile, header } from './generated-file.ts'
import { document } from './openapi.ts'
import { camelCase, type OperationView, views } from './operation-view.ts'
import { declaration, jsDoc, typeOf } from './typescript.ts'

export function sdkTypesFile(): GeneratedFile {
  const types = Object.entries(document.components.schemas)
    .filter(([name]) => name !== 'DryRun')
    .map(([name, schema]) => declaration(name, schema))
  const byNoun = [...Map.groupBy(views, (view) => view.noun)]
  const nouns = byNoun.map(([noun, of]) => {
    return `  readonly ${noun}: {\n${of.map(method).join('')}  }\n`
  })
  const text = [
    header('What the API takes and answers.', 'contract/openapi.json'),
    "import type { CallOptions, DryRun, DryRunOptions, MutationOptions } from './operation.ts'\n\n",
    types.join('\n'),
    '\n/** One function for each operation: `client.team.create({ account }, { name })`. */\n',
    `export interface Operations {\n${nouns.join('')}}\n`,
  ]
  return { path: 'sdk/src/types.generated.ts', text: text.join('') }
}

function method(view: OperationView): string {
  const result = view.output === null ? 'void' : typeOf(view.output, 'output', '    ')
  const options = view.dryRun || view.idempotencyKey ? 'MutationOptions' : 'CallOptions'
  const params = paramsOf(view)
  const before = [
    ...(params.required || view.body !== null
      ? [`params: ${params.type}`]
      : [`params?: ${params.type}`]),
    ...(view.body === null ? [] : [`body: ${typeOf(view.body, 'input', '    ')}`]),
  ]
  const signature = (last: string, answer: string) =>
    `    ${view.verb}(${[...before, last].join(', ')}): Promise<${answer}>\n`
  const required = before.map((p) => p.replace('params?:', 'params:'))
  const dry = `    ${view.verb}(${[...required, 'options: DryRunOptions'].join(', ')}): Promise<DryRun<${result}>>\n`
  return [
    jsDoc(view.summary, '    '),
    view.dryRun ? dry : '',
    signature(`options?: ${options}`, result),
  ].join('')
}

function paramsOf({ params, query }: OperationView): { type: string; required: boolean } {
  const fields = [
    ...params.map((p) => field({ ...p, name: camelCase(p.name) })),
    ...query.map(field),
  ]
  return {
    type: fields.length === 0 ? 'Record<string, never>' : `{ ${fields.join('; ')} }`,
    required: params.length > 0 || query.some((p) => p.required),
  }
}

function field({ name, required, schema }: OpenApiParameter): string {
  const key = /^\w+$/.test(name) ? name : `'${name}'`
  const type = typeOf(schema, 'input', '      ').replace(/\s*\n\s*\| /g, ' | ')
  return `${key}${required ? '' : '?'}: ${type}${required ? '' : ' | undefined'}`
}
