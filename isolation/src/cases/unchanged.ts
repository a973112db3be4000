/**
 * After all the refusals: what there was is there as it was, and nothing besides. A refusal that wrote
 * something first, in the caller's account or in another's, is found here.
 */
import { actors } from '../world/actors.ts'
import { ask, type Exchange } from '../world/request.ts'
import type { World } from '../world/world.ts'
import type { Case } from './case.ts'
import { lists, wholePage } from './operations.ts'

/** They note the asking itself, or who asks last. */
const moving = /^(audit-event|usage|ledger-entry|access-review|request-log)\./
const compared = lists.filter(({ id }) => !moving.test(id))
/** Those, and the window that a limit is in: it moves on with the clock. */
const movingFields =
  /"(lastUsedAt|lastSeenAt)":("[^"]*"|null)|"startsAt":"[^"]*","resetsAt":"[^"]*"/g

const places = (world: World) => [world.account1, world.account2, world.otherTenant]

const before = new WeakMap<World, Map<string, Exchange>>()

/** Keeps what there is before anything is asked. */
export async function remember(world: World): Promise<void> {
  before.set(world, await inventory(world))
}

/** All lists of all places, as their own admins read them. */
async function inventory(world: World): Promise<Map<string, Exchange>> {
  const found = new Map<string, Exchange>()
  for (const [index, { accountId, admin }] of places(world).entries()) {
    for (const operation of compared) {
      const asked = { params: { account: accountId }, query: wholePage(operation) }
      found.set(`${index} ${operation.id}`, await ask(world.url, operation, asked, admin))
    }
  }
  return found
}

export const unchangedCase: Case = {
  rule: 'what was there is there as it was',
  actor: actors.admin.name,
  place: 'answer',
  operation: 'every list',
  alone: true,
  run: async (world) => {
    const still = ({ said }: Exchange) => said.replace(movingFields, '')
    const now = await inventory(world)
    for (const [key, was] of before.get(world)!) {
      const after = now.get(key)!
      if (still(was) === still(after)) continue
      return { why: `${key.slice(2)} has changed`, exchanges: [was, after] }
    }
    return null
  },
}
