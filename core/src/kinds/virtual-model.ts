/** A name that routes to other models, by weight or priority. */
import type { ResourceKindDefinition } from './kind.ts'

export const virtualModel = {
  kind: 'virtual-model',
  plural: 'virtual-models',
  idPrefix: 'vmdl',
  parent: null,
  actions: ['read', 'use', 'create', 'update', 'delete', 'manage'],
  shareable: true,
} as const satisfies ResourceKindDefinition
