/** A group of secrets, the object that access is granted on. */
import type { ResourceKindDefinition } from './kind.ts'

export const secretGroup = {
  kind: 'secret-group',
  plural: 'secret-groups',
  idPrefix: 'sgrp',
  parent: null,
  actions: ['read', 'use', 'create', 'update', 'delete', 'manage'],
  shareable: true,
} as const satisfies ResourceKindDefinition
