/** An explanation for a terminal: the chain as a tree, then the ways out of a refusal as commands. */
import type { AccessExplanation } from '@commonhold/sdk'

type Link = AccessExplanation['chain'][number]
type Change = AccessExplanation['remedies'][number]['changes'][number]

/** Sentence, tree, conditions that fail, remedies. */
export function linesOf(answer: AccessExplanation): string[] {
  const failing = answer.conditions.filter(({ holds }) => !holds)
  return [
    answer.sentence,
    '',
    ...treeOf(answer),
    ...(failing.length === 0
      ? []
      : ['', 'What fails:', ...failing.map((one) => `  ✗ ${one.condition}: ${one.sentence}`)]),
    ...remedyLines(answer),
  ]
}

/** Who asks at the top; below, what hangs on what; at the end what limits it all. */
export function treeOf({ chain, moreGrants }: AccessExplanation): string[] {
  const isBelow = (link: Link) => link.through !== null
  const tops = chain.filter((link) => !isBelow(link))
  const below = (parent: Link) =>
    chain.filter((link) => link.through === parent.id && canCarry(parent))
  const lines = tops.flatMap((top) => [lineOf(top), ...branches(below(top), below, '')])
  return moreGrants > 0 ? [...lines, `… and ${moreGrants} more grants that carry it`] : lines
}

/** The account's id is that of its boundary too; nothing hangs on either. */
const canCarry = ({ type, id }: Link) =>
  id !== null && (type === 'principal' || type === 'team' || type === 'grant')

function branches(
  links: readonly Link[],
  below: (link: Link) => readonly Link[],
  indent: string,
): string[] {
  return links.flatMap((link, index) => {
    const isLast = index === links.length - 1
    return [
      `${indent}${isLast ? '└─' : '├─'} ${lineOf(link)}`,
      ...branches(below(link), below, `${indent}${isLast ? '   ' : '│  '}`),
    ]
  })
}

function lineOf({ holds, sentence, madeBy, madeAt }: Link): string {
  const when = madeAt === null ? null : madeAt.slice(0, 10)
  const made = [madeBy?.name, when].filter((part) => part !== null && part !== undefined)
  return `${holds ? '✓' : '✗'} ${sentence}${made.length === 0 ? '' : ` (${made.join(', ')})`}`
}

function remedyLines({ allowed, remedies }: AccessExplanation): string[] {
  if (allowed) return []
  if (remedies.length === 0) return ['', 'Nothing that anybody here could change would allow it.']
  return [
    '',
    'What would allow it, the least first:',
    ...remedies.flatMap(({ changes }, index) =>
      changes.flatMap((change, part) => [
        `  ${part === 0 ? `${index + 1}.` : '  '.padEnd(2)} ${part === 0 ? '' : 'and '}${change.sentence}`,
        `     who: ${change.who.sentence}${change.byCaller ? ' You can.' : ''}`,
        ...(change.operation === null ? [] : [`     ${commandOf(change.operation)}`]),
      ]),
    ),
  ]
}

/** The command of this program that makes the change; `--dry-run` behind it only asks. */
export function commandOf({ id, params, body }: NonNullable<Change['operation']>): string {
  const [noun, verb] = id.split('.')
  const flags = Object.entries(params).map(([name, value]) => `--${name} ${quoted(value)}`)
  const data = body === undefined ? [] : [`--data ${quoted(JSON.stringify(body))}`]
  return ['commonhold', noun, verb, ...flags, ...data].join(' ')
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
