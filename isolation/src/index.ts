/** The isolation matrix: what no tenant and no account may learn of another, asked over HTTP. */

export type { Case, Failure, Place } from './cases/case.ts'
export { matrix, openOperations, operationsWithoutRow } from './matrix.ts'
export { type Actor, actors } from './world/actors.ts'
export { missingLike } from './world/missing.ts'
export type { Objects } from './world/objects.ts'
export { accept, type Person, password, program, signIn } from './world/person.ts'
export { ask, type Exchange, exampleBody, exchange } from './world/request.ts'
export {
  buildWorld,
  type Place as WorldPlace,
  type World,
  type WorldOptions,
} from './world/world.ts'
