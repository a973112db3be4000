/** Where the choices of a select come from: a search of the API, for each noun that is chosen. */
import { client } from './client.ts'

export interface Choice {
  value: string
  label: string
}

export interface ChoiceSource {
  /** Part of the cache's key. */
  key: string
  search: (account: string, q: string) => Promise<Choice[]>
  /** Names what is chosen already, such as what an address says. */
  find?: (account: string, value: string) => Promise<Choice | null>
}

const CHOICES_MAX = 20
/** Shares have no name to search by: one page of them is searched here. */
const SHARES_MAX = 200
/** Models are told apart by their type after they are found, so more of them are read. */
const USABLE_MAX = 200

function query(account: string, q: string) {
  return { account, limit: CHOICES_MAX, ...(q === '' ? {} : { q }) }
}

interface Named {
  id: string
  name: string
  displayName: string
}

function byId({ id, name, displayName }: Named): Choice {
  return { value: id, label: displayName === name ? name : `${displayName} (${name})` }
}

export const users: ChoiceSource = {
  key: 'users',
  search: async (account, q) => {
    const { items } = await client.user.list(query(account, q))
    return items.map(({ id, displayName, email }) => ({
      value: id,
      label: `${displayName} – ${email}`,
    }))
  },
}

export const teams: ChoiceSource = {
  key: 'teams',
  search: async (account, q) => (await client.team.list(query(account, q))).items.map(byId),
}

export const virtualAccounts: ChoiceSource = {
  key: 'virtual-accounts',
  search: async (account, q) =>
    (await client.virtualAccount.list(query(account, q))).items.map(byId),
}

/** The tokens of a virtual account; null for one's own. */
export function tokensOf(virtualAccount: string | null): ChoiceSource {
  const read = (account: string, q: string) =>
    virtualAccount === null
      ? client.personalAccessToken.list(query(account, q))
      : client.token.list({ ...query(account, q), virtualAccount })
  return {
    key: `tokens of ${virtualAccount ?? 'oneself'}`,
    search: async (account, q) => (await read(account, q)).items.map(byId),
    find: async (account, token) =>
      byId(
        virtualAccount === null
          ? await client.personalAccessToken.get({ account, token })
          : await client.token.get({ account, virtualAccount, token }),
      ),
  }
}

/** Whoever can be in a team. */
export const members: ChoiceSource = {
  key: 'members',
  search: async (account, q) =>
    (await Promise.all([users.search(account, q), virtualAccounts.search(account, q)])).flat(),
}

export const roles: ChoiceSource = {
  key: 'roles',
  search: async (account, q) => (await client.role.list(query(account, q))).items.map(byId),
}

export const accounts: ChoiceSource = {
  key: 'accounts',
  search: async (_, q) => {
    const { items } = await client.account.list({ limit: CHOICES_MAX, ...(q === '' ? {} : { q }) })
    return items.filter((account) => !account.isRoot).map(byId)
  },
}

/** Every account that the caller knows of, with the tenant level, but for one. */
export function accountsAndRoot(tenantName: string, exceptId: string): ChoiceSource {
  return {
    key: `accounts-and-root-${exceptId}`,
    search: async (_, q) => {
      const page = await client.account.list({ limit: CHOICES_MAX, ...(q === '' ? {} : { q }) })
      const others = page.items.filter(({ id, isRoot }) => id !== exceptId && !isRoot).map(byId)
      const root = { value: 'root', label: `${tenantName} (the tenant)` }
      const isRoot = page.items.some((one) => one.isRoot && one.id === exceptId)
      return isRoot || !root.label.toLowerCase().includes(q.toLowerCase())
        ? others
        : [root, ...others]
    },
  }
}

/** What root shares and money goes through, by whom it is shared to. */
export const sharesSpentThrough: ChoiceSource = {
  key: 'shares-spent-through',
  search: async (account, q) => {
    const { items } = await client.share.list({ account, limit: SHARES_MAX })
    return items
      .filter(({ resource: { kind } }) => kind === 'model' || kind === 'provider-account')
      .map(({ id, resource, to }) => ({ value: id, label: `${resource.name} to ${to.name}` }))
      .filter(({ label }) => label.includes(q.toLowerCase()))
  },
}

export const providerAccounts: ChoiceSource = {
  key: 'provider-accounts',
  search: async (account, q) =>
    (await client.providerAccount.list(query(account, q))).items.map(byId),
}

export const clusters: ChoiceSource = {
  key: 'clusters',
  search: async (account, q) => (await client.cluster.list(query(account, q))).items.map(byId),
}

export const secretGroups: ChoiceSource = {
  key: 'secret-groups',
  search: async (account, q) => (await client.secretGroup.list(query(account, q))).items.map(byId),
}

/** Models by the name that callers use: `provider-account/model`. */
export const modelNames: ChoiceSource = {
  key: 'model-names',
  search: async (account, q) => {
    const { items } = await client.model.list(query(account, q))
    return items.map((model) => {
      const name = wireName(model)
      return { value: name, label: name }
    })
  },
}

export const modelIds: ChoiceSource = {
  key: 'model-ids',
  search: async (account, q) => {
    const { items } = await client.model.list(query(account, q))
    return items.map((model) => ({ value: model.id, label: wireName(model) }))
  },
}

/** How a model is called. The tenant's are reached by the same name unless the account has its own. */
export function wireName(model: { name: string; providerAccount: string }): string {
  return `${model.providerAccount}/${model.name}`
}

/** Roles by name: the built-in ones are called the same everywhere. */
export const roleNames: ChoiceSource = {
  key: 'role-names',
  search: async (account, q) => {
    const { items } = await client.role.list(query(account, q))
    return items.map(({ name, displayName }) => ({ value: name, label: displayName || name }))
  },
}

/** The search for each kind of resource, by id. */
export const resourcesOfKind: Readonly<Record<string, ChoiceSource>> = {
  cluster: clusters,
  workspace: {
    key: 'workspaces',
    search: async (account, q) => {
      const { items } = await client.workspace.list(query(account, q))
      return items.map(({ id, name, cluster }) => ({ value: id, label: `${cluster}/${name}` }))
    },
  },
  'provider-account': providerAccounts,
  model: modelIds,
  'virtual-model': {
    key: 'virtual-models',
    search: async (account, q) =>
      (await client.virtualModel.list(query(account, q))).items.map(byId),
  },
  prompt: {
    key: 'prompts',
    search: async (account, q) => (await client.prompt.list(query(account, q))).items.map(byId),
  },
  'secret-group': secretGroups,
}

/** Webhooks by name, which is what a budget shows of them. */
export const webhookNames: ChoiceSource = {
  key: 'webhook-names',
  search: async (account, q) => {
    const { items } = await client.webhook.list(query(account, q))
    return items.map(({ name, displayName }) => ({
      value: name,
      label: displayName === name ? name : `${displayName} (${name})`,
    }))
  },
}

/** What the caller may use in a chat, as callers name it: virtual models, and models of that type. */
export const chatNames: ChoiceSource = {
  key: 'chat-names',
  search: async (account, q) => {
    const many = { ...query(account, q), limit: USABLE_MAX }
    const [virtual, usable, models] = await Promise.all([
      client.access.whatCan(query(account, q), {
        permission: 'virtual-model:use',
        kind: 'virtual-model',
      }),
      client.access.whatCan(many, { permission: 'model:use', kind: 'model' }),
      client.model.list(many),
    ])
    const usableIds = new Set(usable.items.map(({ id }) => id))
    const chats = models.items.filter(({ id, type }) => type === 'chat' && usableIds.has(id))
    const names = [...virtual.items.map(({ name }) => name), ...chats.map(wireName)]
    return names.map((name) => ({ value: name, label: name }))
  },
}
