/** cli/src/commands.generated.ts: each operation as `commonhold noun verb --flags`. */
import type { CommandEntry, Flag } from '../../cli/src/command.ts'
import type { OpenApiParameter } from '../../contract/src/openapi-document.ts'
import { bodyFlags, flagOf, kebabCase } from './cli-flags.ts'
import { type GeneratedFile, header } from './generated-file.ts'
import { camelCase, type OperationView, views } from './operation-view.ts'

/** They end in a browser's cookie: `commonhold login` and the operator key do their work here. */
const notCommands = new Set([
  'session.create',
  'operator-session.create',
  'operator-session.get',
  'operator-session.delete',
])

export function cliCommandsFile(): GeneratedFile {
  const lines = views
    .filter(({ id }) => !notCommands.has(id))
    .map((view) => `  ${JSON.stringify(entry(view))},\n`)
  const text = [
    header('Every operation of the API, as a command.', 'contract/openapi.json'),
    "import type { CommandEntry } from './command.ts'\n\n",
    `export const commands: readonly CommandEntry[] = [\n${lines.join('')}]\n`,
  ]
  return { path: 'cli/src/commands.generated.ts', text: text.join('') }
}

function entry(view: OperationView): CommandEntry {
  const [noun, verb] = view.id.split('.') as [string, string]
  const object = view.params.at(-1)?.name
  const isActingAccount = object === 'account' && noun !== 'account'
  const body = view.body === null ? null : bodyFlags(view.body)
  const command: CommandEntry = {
    id: view.id as CommandEntry['id'],
    noun,
    verb,
    summary: view.summary,
    area: view.area,
    ...(object === undefined || isActingAccount ? {} : { object }),
    params: view.params.map((p) => ({
      ...flagOf([camelCase(p.name)], p.schema, true),
      ...words(p),
    })),
    query: view.query.map((p) => queryFlag(p)),
    ...(body === null ? {} : { body: body.flags }),
    ...(body === null || body.variants.length === 0 ? {} : { variants: body.variants }),
    ...(view.query.some(({ name }) => name === 'cursor') ? { isList: true } : {}),
    ...(view.idempotencyKey ? { idempotencyKey: true } : {}),
    ...(view.dryRun ? { dryRun: true } : {}),
    ...(view.ifMatch ? { ifMatch: true } : {}),
  }
  refuseCollisions(command)
  return command
}

/** `filter[state]` is `--state`. */
function queryFlag(parameter: OpenApiParameter): Flag {
  const { name, schema, required } = parameter
  const flag = kebabCase(name.replace(/^filter\[(.*)\]$/, '$1'))
  return { ...flagOf([name], schema, required), ...words(parameter), flag }
}

const words = ({ description }: OpenApiParameter) =>
  description === undefined ? {} : { description }

const ownFlags = ['json', 'data', 'all', 'dry-run', 'idempotency-key', 'if-match', 'help', 'url']

function refuseCollisions({ id, params, query, body = [] }: CommandEntry) {
  const flags = [...params, ...query, ...body].map(({ flag }) => flag).concat(ownFlags)
  const twice = flags.find((flag, index) => flags.indexOf(flag) !== index)
  if (twice !== undefined) throw new Error(`${id} would have the flag --${twice} twice.`)
}
