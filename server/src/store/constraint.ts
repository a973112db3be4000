/** Which constraint a write ran into, so that a taken name becomes a 409 and not a 500. */

const uniqueViolation = '23505'
const foreignKeyViolation = '23503'

export function isUniqueViolation(error: unknown): boolean {
  return (error as { code?: unknown }).code === uniqueViolation
}

export function isForeignKeyViolation(error: unknown): boolean {
  return (error as { code?: unknown }).code === foreignKeyViolation
}
