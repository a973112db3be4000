/** One model of a provider account, with its price. Called as `provider-account/model`. */
import type { ResourceKindDefinition } from './kind.ts'

export const model = {
  kind: 'model',
  plural: 'models',
  idPrefix: 'mdl',
  parent: 'provider-account',
  actions: ['read', 'use', 'create', 'update', 'delete', 'manage'],
  shareable: true,
} as const satisfies ResourceKindDefinition
