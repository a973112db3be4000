/** A prompt with immutable versions, and labels that point at them. */
import type { ResourceKindDefinition } from './kind.ts'

export const prompt = {
  kind: 'prompt',
  plural: 'prompts',
  idPrefix: 'prm',
  parent: null,
  actions: ['read', 'use', 'create', 'update', 'delete', 'manage'],
  shareable: true,
} as const satisfies ResourceKindDefinition
