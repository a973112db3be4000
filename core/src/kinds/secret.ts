/** One named value in a secret group. To `use` it is to read the value. */
import type { ResourceKindDefinition } from './kind.ts'

export const secret = {
  kind: 'secret',
  plural: 'secrets',
  idPrefix: 'sec',
  parent: 'secret-group',
  actions: ['read', 'use', 'create', 'update', 'delete', 'manage'],
  shareable: true,
} as const satisfies ResourceKindDefinition
