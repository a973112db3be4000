/** A Kubernetes cluster that workspaces live in. */
import type { ResourceKindDefinition } from './kind.ts'

export const cluster = {
  kind: 'cluster',
  plural: 'clusters',
  idPrefix: 'clu',
  parent: null,
  actions: ['read', 'use', 'create', 'update', 'delete', 'manage'],
  shareable: true,
} as const satisfies ResourceKindDefinition
