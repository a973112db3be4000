/** An Idempotency-Key belongs to its caller and account: nobody is answered what another was. */
import { type Actor, actors } from '../world/actors.ts'
import { ask, type Exchange } from '../world/request.ts'
import type { World } from '../world/world.ts'
import type { Case, Failure } from './case.ts'
import { operationOf } from './operations.ts'

const create = operationOf('team.create')
const remove = operationOf('team.delete')
/** The second who brings the key, and the account that he brings it to. */
type Second = readonly [Actor, (world: World) => string]

const seconds: readonly Second[] = [
  [actors.ofBoth, ({ account2 }) => account2.accountId],
  [actors.otherAccountAdmin, ({ account2 }) => account2.accountId],
  [actors.otherTenantAccountAdmin, ({ otherTenant }) => otherTenant.accountId],
]

export const idempotencyCases: readonly Case[] = seconds.map(([actor, account], index) => ({
  rule: 'an Idempotency-Key brings nobody another’s answer',
  actor: actor.name,
  place: 'Idempotency-Key',
  operation: create.id,
  alone: true,
  run: async (world) => {
    const headers = { 'idempotency-key': `key-${index}` }
    const body = { name: `idempotent-${index}` }
    const asked = (id: string) => ({ params: { account: id }, body, headers })
    const first = await ask(world.url, create, asked(world.account1.accountId), world.ofBoth)
    const second = await ask(world.url, create, asked(account(world)), actor.of(world))
    const failure = judge(first, second)
    await tidy(world, first, world.ofBoth, world.account1.accountId)
    await tidy(world, second, actor.of(world), account(world))
    return failure
  },
}))

function judge(first: Exchange, second: Exchange): Failure | null {
  const why =
    first.status !== 201 || second.status !== 201
      ? `${first.status} and ${second.status}: a team is made in each account`
      : idOf(first) === idOf(second)
        ? 'the second is answered what the first was'
        : null
  return why === null ? null : { why, exchanges: [first, second] }
}

const idOf = ({ said }: Exchange) => (JSON.parse(said) as { id?: string }).id ?? ''

async function tidy(world: World, made: Exchange, who: World['ofBoth'] | null, account: string) {
  if (made.status !== 201) return
  await ask(world.url, remove, { params: { account, team: idOf(made) } }, who)
}
