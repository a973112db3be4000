/** What each subject of the comparison is: it takes in a world, then says yes or no. */
import type { Question, World } from './world.ts'

export interface Decider {
  readonly name: string
  /** Takes in the world; not timed with the decisions. */
  load(world: World): Promise<(question: Question) => boolean>
}
