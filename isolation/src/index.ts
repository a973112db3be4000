/** The isolation matrix: what no tenant and no account may learn of another, asked over HTTP. */
export { type Case, type Failure, type IdPlace, sayFailure } from './cases/case.ts'
export { matrix, withoutRow } from './cases/matrix.ts'
export { openWorld } from './cases/open-world.ts'
export {
  type CheckOptions,
  checkIsolation,
  type IsolationReport,
} from './check/check-isolation.ts'
export { runMatrix } from './check/run-matrix.ts'
export { sayReport } from './check/say-report.ts'
export { compareRanks, compareTimes, samplesDefault, type Timing } from './check/timing.ts'
export { type Actor, actors } from './world/actors.ts'
export { missingLike } from './world/missing.ts'
export { accept, type Person, password, program, signIn } from './world/person.ts'
export { ask, type Exchange, exampleBody, exchange } from './world/request.ts'
export { removeWorld, type World, type WorldOptions } from './world/world.ts'
