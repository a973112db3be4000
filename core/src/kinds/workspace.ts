/** A namespace in a cluster, where a team deploys. */
import type { ResourceKindDefinition } from './kind.ts'

export const workspace = {
  kind: 'workspace',
  plural: 'workspaces',
  idPrefix: 'wks',
  parent: 'cluster',
  actions: ['read', 'use', 'create', 'update', 'delete', 'manage'],
  shareable: true,
} as const satisfies ResourceKindDefinition
