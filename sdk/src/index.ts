/** The typed client of Commonhold's API. */
export * from './client.ts'
export { CommonholdError, type CommonholdErrorCode } from './error.ts'
export type * from './operation.ts'
export { type OperationId, operations } from './operations.generated.ts'
export { everyItem } from './pages.ts'
export type { AnyOptions, Params } from './request.ts'
export type * from './types.generated.ts'
