/** The operations that change something, and so are in the audit log: known from the API itself. */
import { operations } from '@commonhold/sdk'

export const auditedOperations: readonly string[] = Object.entries(operations)
  .filter(([id, { method }]) => method !== 'GET' && !id.startsWith('operator-'))
  .map(([id]) => id)
  .filter((id) => !/^(access\.|deployment|invitation\.inspect)/.test(id))
  .sort()
