/** What there is to act on: resources of every kind, made, deleted and changing hands. */
import { operations } from '@commonhold/contract'
import { type ResourceKind, resourceKinds } from '@commonhold/core'
import type { ModelResource } from '../model.ts'
import { actor, one, pickOf, type Setting, type Step, someAccount } from '../step.ts'

/** What a new one needs besides its name and what it is in. */
const specs: Readonly<Record<ResourceKind, (setting: Setting, account: string) => object | null>> =
  {
    cluster: () => ({}),
    workspace: () => ({}),
    'provider-account': () => ({ provider: 'sandbox' }),
    model: () => ({
      upstreamModel: 'sandbox-fast',
      type: 'chat',
      contextTokensMax: 8_000,
      outputTokensMax: 1_000,
      price: { inputPerMillionUsd: '1', outputPerMillionUsd: '2' },
    }),
    'virtual-model': (setting, account) => {
      const models = [...setting.model.resources.values()].filter(
        ({ kind, owner }) => kind === 'model' && owner === account,
      )
      const model = pickOf(setting, models)
      return model && { strategy: 'priority', targets: [{ model: model.id }] }
    },
    prompt: () => ({}),
    'secret-group': () => ({}),
    secret: () => ({ value: 'hidden' }),
  }

/** The parent's field in the body: `secretGroup` for `secret-group`. */
const fieldOf = (kind: string) => kind.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

function create({ kind, parent }: (typeof resourceKinds)[number]): Step {
  const operation = `${kind}.create`
  return {
    operation,
    weight: kind === 'model' || kind === 'workspace' ? 3 : 1,
    make: (setting) => {
      const { model, random, name } = setting
      const account = random.chance(0.5) ? model.root : someAccount(setting)
      const outer = pickOf(
        setting,
        [...model.resources.values()].filter(
          (it) => it.kind === parent && (it.owner === account || random.chance(0.2)),
        ),
      )
      const spec = specs[kind](setting, account)
      if (spec === null || (parent !== null && outer === null)) return null
      return {
        operation,
        who: actor(setting, account),
        params: { account },
        body: {
          name: name(),
          ...spec,
          ...(parent && outer ? { [fieldOf(parent)]: outer.id } : {}),
        },
        apply: ({ id, name: called }) => {
          const within = parent === null ? null : outer!.id
          model.resources.set(id, { id, name: called, kind, owner: account, parent: within })
        },
      }
    },
  }
}

const of = ({ model }: Setting, kind: string) =>
  [...model.resources.values()].filter((it) => it.kind === kind)

function remove({ kind }: (typeof resourceKinds)[number]): Step {
  const operation = `${kind}.delete`
  return {
    operation,
    weight: 0.5,
    make: (setting) => {
      const resource = pickOf(setting, of(setting, kind))
      return (
        resource && {
          operation,
          who: actor(setting, resource.owner),
          params: { account: resource.owner, ...one(resource) },
          apply: () => setting.model.removeResource(resource.id),
        }
      )
    },
  }
}

function offer(kind: ResourceKind): Step {
  const operation = `${kind}.transfer`
  return {
    operation,
    make: (setting) => {
      const { model } = setting
      const resource: ModelResource | null = pickOf(setting, of(setting, kind))
      if (!resource) return null
      const to = pickOf(
        setting,
        [...model.accounts.keys()].filter((id) => id !== resource.owner),
      )
      if (to === null) return null
      const from = resource.owner
      return {
        operation,
        who: actor(setting, from),
        params: { account: from, ...one(resource) },
        body: { to },
        apply: ({ id }) => {
          model.transfers.set(id, { id, resource: resource.id, from, to })
        },
      }
    },
  }
}

const accept: Step = {
  operation: 'transfer.accept',
  weight: 4,
  make: (setting) => {
    const { model } = setting
    const transfer = pickOf(setting, model.transfers.values())
    if (!transfer) return null
    const { id, resource, to } = transfer
    return {
      operation: 'transfer.accept',
      who: actor(setting, to),
      params: { account: to, transfer: id },
      body: {},
      apply: () => {
        model.transfers.delete(id)
        model.moveResource(resource, to)
      },
    }
  },
}

const decline: Step = {
  operation: 'transfer.delete',
  make: (setting) => {
    const { model, random } = setting
    const transfer = pickOf(setting, model.transfers.values())
    if (!transfer) return null
    const account = random.chance(0.5) ? transfer.to : transfer.from
    return {
      operation: 'transfer.delete',
      who: actor(setting, account),
      params: { account, transfer: transfer.id },
      apply: () => {
        model.transfers.delete(transfer.id)
      },
    }
  },
}

const exists = new Set(operations.map(({ id }) => id))

export const thingSteps: readonly Step[] = [
  ...resourceKinds.map(create),
  ...resourceKinds.map(remove),
  ...resourceKinds.map(({ kind }) => offer(kind)).filter(({ operation }) => exists.has(operation)),
  accept,
  decline,
]
