/** How each operation of the contract is done: the nouns, one line each. A test finds what is missing. */
import type { Implementation } from './context.ts'
import { teamImplementations } from './team.ts'
import { tokenImplementations } from './token.ts'
import { virtualAccountImplementations } from './virtual-account.ts'

export const implementations: readonly Implementation[] = [
  ...teamImplementations,
  ...tokenImplementations,
  ...virtualAccountImplementations,
]
