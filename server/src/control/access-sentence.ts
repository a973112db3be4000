/** One loss, or gain, in a sentence that reads without knowing the API. */
import type { AccessDifference, AccessPlace } from '@commonhold/contract'

const namesMax = 3
const permissionsMax = 4
const placesMax = 3
const carriersMax = 2

type Told = Omit<AccessDifference, 'sentence'>

/** "ana@acme.example and 3 others lose model:use in research, through the role editor (team builders)." */
export function accessSentence(told: Told, isLoss: boolean): string {
  const { account, on, permissions, except, isAll, count } = told
  const verb = count === 1 ? (isLoss ? 'loses' : 'gains') : isLoss ? 'lose' : 'gain'
  const what = list(permissions, permissionsMax, 'permission')
  const parts = [
    `${who(told)} ${verb} ${what} ${where(on, account.name)}`,
    except.length === 0 ? '' : `, but not ${exceptions(told)}`,
    carriers(told),
    isLoss && isAll ? `: all that was left in ${account.name}` : '',
  ]
  return `${parts.join('')}.`
}

function who({ count, holders }: Told): string {
  const names = holders
    .slice(0, namesMax)
    .map(({ name, token }) => (token === null ? name : `the token ${token.name} of ${name}`))
  const others = count - names.length
  if (names.length === 0) return count === 1 ? 'One member' : `${count} members`
  return joined(others > 0 ? [...names, `${others} ${others === 1 ? 'other' : 'others'}`] : names)
}

function where(on: AccessPlace, accountName: string): string {
  if (on.kind === 'account') return `in ${accountName}`
  return `on ${placeName(on)}`
}

/** "the model sandbox/small", "a cluster that you can’t read" */
export function placeName({ kind, name }: AccessPlace): string {
  const what = kind.replaceAll('-', ' ')
  return name === null ? `a ${what} that you can’t read` : `the ${what} ${name}`
}

function exceptions({ except }: Told): string {
  const places = except.map(({ on, permissions }) => {
    return `${list(permissions, permissionsMax, 'permission')} on ${placeName(on)}`
  })
  return list(places, placesMax, 'place')
}

/** The same few roles for everybody, or nothing: who has what through what is told one by one. */
function carriers({ holders, count }: Told): string {
  if (holders.length === 0 || holders.length < count) return ''
  const ways = new Set(
    holders.flatMap(({ through }) =>
      through.map(({ role, subject }) => {
        return subject.kind === 'team'
          ? `the role ${role} of the team ${subject.name}`
          : `the role ${role}`
      }),
    ),
  )
  return ways.size === 0 || ways.size > carriersMax ? '' : ` (through ${joined([...ways])})`
}

function list(items: readonly string[], shownMax: number, noun: string): string {
  if (items.length <= shownMax) return joined(items)
  const more = items.length - shownMax
  return joined([...items.slice(0, shownMax), `${more} more ${noun}${more === 1 ? '' : 's'}`])
}

function joined(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
