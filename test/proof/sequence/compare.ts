/**
 * After each step: what both servers answer, by check, by explanation, by list and by their gateways,
 * against the rule over the model. A gateway hears of a change a moment later; how much later is
 * measured, and bounded.
 */
import { type Kind, type Permission, resourceKind, resourceKinds } from '@commonhold/core'
import type { Person } from '@commonhold/isolation'
import {
  decideNaively,
  type NaiveQuestion,
  type World,
} from '../../../core/test/support/naive-access.ts'
import { eventually } from '../../support/eventually.ts'
import type { Random } from '../worlds/random.ts'
import type { Model } from './model.ts'
import { permissionsGranted } from './step.ts'

export interface SequenceCounts {
  steps: number
  /** Of these, those that changed something; the others were refused. */
  done: Record<string, number>
  refused: number
  concurrent: number
  kills: number
  decisions: number
  lists: number
  gatewayDecisions: number
  allowed: number
  /** How long a gateway went on disagreeing, from when it was first asked; 0: it never did. */
  gatewayLagMsMax: number
  differences: string[]
}

const gatewayLagMsBound = 10_000
const differencesShownMax = 5
const asked: readonly Permission[] = [
  ...permissionsGranted,
  'model:update',
  'role:update',
  'share:create',
  'cluster:delete',
  'secret:use',
]

interface Asker {
  readonly principal: string
  readonly account: string
  readonly token: NaiveQuestion['token']
  readonly headers: Readonly<Record<string, string>>
}

/** What somebody may not read does not exist for him, unless he sees all grants in any case. */
function mayAsk(world: World, question: NaiveQuestion, kind: string | undefined): boolean {
  const may = (permission: Permission, resource: string | null) =>
    decideNaively(world, { ...question, permission, resource }) === 'allowed'
  return (
    kind === undefined ||
    may(`${kind}:read` as Permission, question.resource) ||
    may('grant:read', null)
  )
}

/** A permission that means nothing on the thing is no question: reading is always one. */
function askedOn(kind: string): readonly Permission[] {
  const some = asked.filter((one) => one.startsWith(`${kind}:`))
  return some.length > 0 ? some : [`${kind}:read` as Permission]
}

const byToken = (secret: string) => ({ authorization: `Bearer ${secret}` })

export class Comparison {
  readonly #model: Model
  readonly #urls: readonly string[]
  readonly #counts: SequenceCounts

  constructor(model: Model, urls: readonly string[], counts: SequenceCounts) {
    this.#model = model
    this.#urls = urls
    this.#counts = counts
  }

  /** @param checks how many questions to ask of either server */
  async all(random: Random, checks: number, after: string): Promise<void> {
    const world = this.#model.world()
    const askers = this.#askers()
    if (askers.length > 0) {
      for (let nth = 0; nth < checks; nth++) {
        const url = this.#urls[nth % this.#urls.length]!
        await this.#check(url, world, random.pick(askers), random, after)
      }
      const url = random.pick(this.#urls)
      await this.#list(url, world, random.pick(askers), random, after)
    }
    await this.#gateways(world, after)
  }

  /** Everybody who can ask, in every account; a token in its own. */
  #askers(): Asker[] {
    const { sessions, accounts, tokens } = this.#model
    const people = [...sessions].flatMap(([principal, { headers }]: [string, Person]) =>
      [...accounts.keys()].map((account) => ({ principal, account, token: null, headers })),
    )
    const programs = [...tokens.values()].map((token) => ({
      principal: token.principal,
      account: token.account,
      token: { account: token.account, state: 'active', scopes: token.scopes },
      headers: byToken(token.secret),
    }))
    return [...people, ...programs]
  }

  async #check(url: string, world: World, asker: Asker, random: Random, after: string) {
    const { principal, account, token } = asker
    const resource = random.chance(0.15) ? null : random.pick([...this.#model.resources.values()])
    const permission = random.pick(resource ? askedOn(resource.kind) : asked)
    const question = { principal, account, token, permission, resource: resource?.id ?? null }
    const naive = decideNaively(world, question)
    const expected = naive === 'allowed' && mayAsk(world, question, resource?.kind)
    const body = { permission, ...(resource ? { resource: resource.id, kind: resource.kind } : {}) }
    const verb = random.chance(0.25) ? 'explain' : 'check'
    const { status, answer } = await this.#post(url, asker, `access/${verb}`, body)
    const said = status === 200 && answer.allowed === true
    this.#counts.decisions++
    if (naive === 'allowed') this.#counts.allowed++
    if (said !== expected) {
      this.#differ({ after, verb, url, question, naive, status, answer, name: resource?.name })
    }
  }

  async #post(url: string, asker: Asker, path: string, body: object) {
    const response = await fetch(`${url}/api/v1/accounts/${asker.account}/${path}`, {
      method: 'POST',
      headers: { ...asker.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as { allowed?: boolean }
    return { status: response.status, answer }
  }

  /** A list is a filter: exactly what may be read, of one kind. */
  async #list(url: string, world: World, asker: Asker, random: Random, after: string) {
    const { kind } = random.pick(resourceKinds)
    const permission: Permission = `${kind}:read`
    const { principal, account, token } = asker
    const expected = world.resources
      .filter((one) => one.kind === kind)
      .filter(({ id: resource }) => {
        const question = { principal, account, token, permission, resource }
        return decideNaively(world, question) === 'allowed'
      })
      .map(({ id }) => id)
    const listed = await this.#page(url, asker, kind)
    this.#counts.lists++
    this.#counts.decisions += world.resources.length
    if (listed.toSorted().join() !== expected.toSorted().join()) {
      this.#differ({ after, url, list: kind, asker, expected, listed })
    }
  }

  async #page(url: string, { account, headers }: Asker, kind: Kind): Promise<string[]> {
    const { plural } = resourceKind(kind as 'cluster')
    const listed: string[] = []
    let cursor = ''
    for (;;) {
      const path = `${url}/api/v1/accounts/${account}/${plural}?limit=5${cursor}`
      const response = await fetch(path, { headers })
      if (response.status !== 200) return []
      const page = (await response.json()) as {
        items: { id: string }[]
        nextCursor?: string | null
      }
      listed.push(...page.items.map(({ id }) => id))
      if (!page.nextCursor) return listed
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`
    }
  }

  /** Every token at every gateway: the models that it is shown are those that it may use. */
  async #gateways(world: World, after: string): Promise<void> {
    for (const token of this.#model.tokens.values()) {
      const expected = this.#usableBy(world, token)
      for (const url of this.#urls) {
        let shown: string[] = []
        let asks = 0
        const startedMs = Date.now()
        const agrees = async () => {
          asks++
          const response = await fetch(`${url}/v1/models`, { headers: byToken(token.secret) })
          const { data = [] } = (await response.json()) as { data?: { id: string }[] }
          shown = data.map(({ id }) => id).toSorted()
          return shown.join() === expected.join()
        }
        await eventually('the gateway to agree', agrees, gatewayLagMsBound).catch(() => {
          this.#differ({ after, url, token, expected, shown })
        })
        this.#counts.gatewayDecisions += this.#model.resources.size
        const lagMs = asks > 1 ? Date.now() - startedMs : 0
        this.#counts.gatewayLagMsMax = Math.max(this.#counts.gatewayLagMsMax, lagMs)
      }
    }
  }

  /** By the names that reach them: every name here is given once, so no prefix is needed. */
  #usableBy(
    world: World,
    token: { principal: string; account: string; scopes: Permission[] | null },
  ) {
    const { principal, account, scopes } = token
    const mayUse = (resource: string, permission: Permission) =>
      decideNaively(world, {
        principal,
        account,
        token: { account, state: 'active', scopes },
        permission,
        resource,
      }) === 'allowed'
    const { resources } = this.#model
    return [...resources.values()]
      .filter(({ kind }) => kind === 'model' || kind === 'virtual-model')
      .filter(({ id, kind }) => mayUse(id, `${kind}:use` as Permission))
      .map(({ name, parent }) => (parent ? `${resources.get(parent)!.name}/${name}` : name))
      .toSorted()
  }

  #differ(difference: object): void {
    const { differences } = this.#counts
    if (differences.length < differencesShownMax) differences.push(JSON.stringify(difference))
  }
}
