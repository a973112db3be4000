/** Where a stored secret stands: what its ciphertext is bound to (crypto/envelope.ts). */
import type { ResourceId } from '@commonhold/core'

/** @param field the column-like name of the secret in its resource, such as `apiKey` */
export function secretContext(resourceId: ResourceId, field: string): string {
  return `secret_value/${resourceId}/${field}`
}
