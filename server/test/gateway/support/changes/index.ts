/**
 * Whatever can happen to a tenant's rows, each as one statement or two. What the schema refuses (a name
 * that is taken, a grant on what is not shared) is refused here too, and then nothing has happened.
 */
import { changesOfAccess } from './access.ts'
import type { Change } from './choose.ts'
import { changesOfPeople } from './people.ts'
import { changesOfThings } from './things.ts'

export const randomChanges: Readonly<Record<string, Change>> = {
  ...changesOfPeople,
  ...changesOfAccess,
  ...changesOfThings,
}
