/** A dry run for people: what would change, what goes with it, who loses or gains which access. */
import type { AccessDifference, AccessHolder, AccessPlace, Change, DryRun } from '@commonhold/sdk'
import type { Io } from './io.ts'
import { plain, summary } from './text.ts'

/** Told of each loss by name; `--json` has all that the API tells. */
const holdersMax = 10

export function printPlan(plan: DryRun<unknown>, io: Io): void {
  io.out('Nothing was written. This is what would be:')
  for (const line of planLines(plan)) io.out(plain(line))
}

function planLines({ changes, lost, access = null }: DryRun<unknown>): string[] {
  // Losses of access are told below with their grants and tokens.
  const besides = access === null ? lost : lost.filter(({ what, id }) => what !== 'access' || !id)
  return [
    ...(changes.length === 0 ? ['  no change'] : changes.flatMap(changeLines)),
    ...titled(
      'lost with it',
      besides.map(({ sentence, id }) => `${sentence}${id && ` (${id})`}`),
    ),
    ...differences('who loses access', access?.lost ?? [], access?.total.lost ?? 0),
    ...differences('who gains access', access?.gained ?? [], access?.total.gained ?? 0),
    ...titled('running calls', runningLines(access)),
  ]
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${title}:`, ...lines.map((line) => `    ${line}`)]
}

function differences(title: string, all: readonly AccessDifference[], total: number): string[] {
  const more = total - all.length
  return titled(title, [
    ...all.flatMap((one) => [one.sentence, ...holderLines(one)]),
    ...(more > 0 ? [`and ${more} more like these`] : []),
  ])
}

function holderLines({ holders, count }: AccessDifference): string[] {
  const shown = holders.slice(0, holdersMax)
  const more = count - shown.length
  return [
    ...shown.flatMap((holder) => {
      const name =
        holder.token === null ? holder.name : `${holder.name}, token ${holder.token.name}`
      return [`  ${name}`, ...waysOf(holder).map((way) => `    ${way}`)]
    }),
    ...(more > 0 && shown.length > 0 ? [`  and ${more} more`] : []),
  ]
}

function waysOf({ through, tokens }: AccessHolder): string[] {
  const grants = through.map(({ role, subject, on, state, grant }) => {
    const of = subject.kind === 'team' ? `, the team ${subject.name}` : ''
    return `through ${role} on ${placeName(on)}${of}: ${state} (${grant})`
  })
  return [...grants, ...tokens.map(({ name, state, id }) => `token ${name}: ${state} (${id})`)]
}

const placeName = ({ kind, name }: AccessPlace) => name ?? `a ${kind} that you can’t read`

function runningLines(access: DryRun<unknown>['access']): string[] {
  const running = access?.running
  if (!running) return []
  const callers = running.callers.map(({ calls, name, token, model }) =>
    [`${calls} ×`, name ?? 'somebody', token ?? 'a token', model ?? 'a model'].join('  '),
  )
  return [running.sentence, ...callers]
}

function changeLines({ target, before = {}, after = {} }: Change): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const width = Math.max(0, ...keys.map((key) => key.length))
  const fields = keys.map(
    (key) => `    ${key.padEnd(width)}  ${summary(before[key])} → ${summary(after[key])}`,
  )
  return [`  ${target.kind} ${target.name} (${target.id})`, ...fields]
}
