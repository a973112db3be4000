/** An id of another account or tenant in the path, below an account that the caller administers. */
import { actors } from '../world/actors.ts'
import type { World } from '../world/world.ts'
import { type Case, here, inAccount, likeMissing, onAccount, parameters } from './case.ts'

/** They are no ids: a number, a word, a month. */
const notIds = new Set(['account', 'version', 'label', 'period'])

const foreign =
  (name: string) =>
  ({ account2, otherTenant }: World) =>
    [account2, otherTenant].map(({ objects }) => objects[name]!)

export const pathCases: readonly Case[] = inAccount.filter(onAccount).flatMap((operation) =>
  parameters(operation)
    .filter((name) => !notIds.has(name))
    .map((name) =>
      likeMissing(
        { rule: 'an id of another place in the path is like a missing one', place: 'path' },
        actors.admin,
        operation,
        `{${name}}`,
        foreign(name),
        (world, id) => ({ params: { ...here(world), [name]: id } }),
      ),
    ),
)
