/** How each operation of the contract is done: the nouns, one line each. A test finds what is missing. */
import type { Implementation } from './context.ts'
import { teamImplementations } from './team.ts'

export const implementations: readonly Implementation[] = [...teamImplementations]
