/** Every resource kind. A new kind is a new file here and a line below. */
import { cluster } from './cluster.ts'
import type { ResourceKindDefinition } from './kind.ts'
import { model } from './model.ts'
import { prompt } from './prompt.ts'
import { providerAccount } from './provider-account.ts'
import { secret } from './secret.ts'
import { secretGroup } from './secret-group.ts'
import { virtualModel } from './virtual-model.ts'
import { workspace } from './workspace.ts'

export const resourceKinds = [
  cluster,
  workspace,
  providerAccount,
  model,
  virtualModel,
  prompt,
  secretGroup,
  secret,
] as const satisfies readonly ResourceKindDefinition[]

export type ResourceKind = (typeof resourceKinds)[number]['kind']

type AnyKind = (typeof resourceKinds)[number]

const byName = new Map<string, AnyKind>(resourceKinds.map((k) => [k.kind, k]))

export function isResourceKind(kind: string): kind is ResourceKind {
  return byName.has(kind)
}

export function resourceKind(kind: ResourceKind): AnyKind {
  return byName.get(kind)!
}

/** The kind itself and every kind that can live inside it. */
export function kindsWithin(kind: ResourceKind): ResourceKind[] {
  const children = resourceKinds.filter((k) => k.parent === kind)
  return [kind, ...children.flatMap((child) => kindsWithin(child.kind))]
}
