/** What each subject of the comparison is: it takes in a world, then says yes or no. */
import type { Question, World } from './world.ts'

export interface Decider {
  readonly name: string
  /**
   * Takes in the world; not timed with the decisions. What its caller would have at hand when it asks
   * (who calls, what is called) is made ready here as well.
   *
   * @returns the answer to the question at an index
   */
  load(world: World, questions: readonly Question[]): Promise<(index: number) => boolean>
}
