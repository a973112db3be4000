/**
 * Choices over several nouns at once, for filters: who it may be, what it may be on. Their ids say
 * what they are, so one filter in the address is enough.
 */
import {
  type Choice,
  type ChoiceSource,
  resourcesOfKind,
  teams,
  users,
  virtualAccounts,
  wireName,
} from './choices.ts'
import { client } from './client.ts'

/** A list that the caller may not read adds nothing. */
async function searchAll(sources: readonly ChoiceSource[], account: string, q: string) {
  const found = await Promise.allSettled(sources.map((source) => source.search(account, q)))
  return found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
}

type Find = (account: string, id: string) => Promise<string>

const finders: Readonly<Record<string, Find>> = {
  acct: async (_, account) => (await client.account.get({ account })).displayName,
  user: async (account, user) => (await client.user.get({ account, user })).displayName,
  team: async (account, team) => (await client.team.get({ account, team })).displayName,
  va: async (account, virtualAccount) =>
    (await client.virtualAccount.get({ account, virtualAccount })).displayName,
  mdl: async (account, model) => wireName(await client.model.get({ account, model })),
  clu: async (account, cluster) => (await client.cluster.get({ account, cluster })).name,
  wks: async (account, workspace) => (await client.workspace.get({ account, workspace })).name,
  pacc: async (account, providerAccount) =>
    (await client.providerAccount.get({ account, providerAccount })).name,
  vmdl: async (account, virtualModel) =>
    (await client.virtualModel.get({ account, virtualModel })).name,
  prm: async (account, prompt) => (await client.prompt.get({ account, prompt })).name,
  sgrp: async (account, secretGroup) =>
    (await client.secretGroup.get({ account, secretGroup })).name,
}

export function prefixOf(id: string): string {
  return id.slice(0, id.lastIndexOf('_'))
}

/** @returns what the thing with this id is called, or null for an id of no known kind */
export async function nameById(account: string, id: string): Promise<string | null> {
  return (await finders[prefixOf(id)]?.(account, id)) ?? null
}

async function findById(account: string, id: string): Promise<Choice | null> {
  const label = await nameById(account, id)
  return label === null ? null : { value: id, label }
}

/** Whoever can be granted something: people, teams, virtual accounts. */
export const subjects: ChoiceSource = {
  key: 'subjects',
  search: (account, q) => searchAll([teams, users, virtualAccounts], account, q),
  find: findById,
}

/** Whoever can act: people and virtual accounts. */
export const principals: ChoiceSource = {
  key: 'principals',
  search: (account, q) => searchAll([users, virtualAccounts], account, q),
  find: findById,
}

export const resources: ChoiceSource = {
  key: 'resources',
  search: (account, q) => searchAll(Object.values(resourcesOfKind), account, q),
  find: findById,
}

/** The same search, able to name what an address has by id. */
export function named(source: ChoiceSource): ChoiceSource {
  return { ...source, find: findById }
}
