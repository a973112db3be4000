/** An account at a model vendor: a base URL and a key. */
import type { ResourceKindDefinition } from './kind.ts'

export const providerAccount = {
  kind: 'provider-account',
  plural: 'provider-accounts',
  idPrefix: 'pacc',
  parent: null,
  actions: ['read', 'use', 'create', 'update', 'delete', 'manage'],
  shareable: true,
} as const satisfies ResourceKindDefinition
