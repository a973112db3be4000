/**
 * Random sequences of everything that changes access, through the door that a user has: alone and
 * several at once, at two servers, with processes killed in the middle of a request and started again.
 */
import { type Person, program, signIn } from '@commonhold/isolation'
import type { Client } from 'pg'
import type { FreshDatabase } from '../../support/fresh-database.ts'
import { connect } from '../stored/write-rows.ts'
import { type Random, randomFrom } from '../worlds/random.ts'
import { Comparison, type SequenceCounts } from './compare.ts'
import { steps } from './coverage.ts'
import { adminEmail, operatorKey, type Pair, startPair } from './deployment.ts'
import { Model } from './model.ts'
import { inOrder, type Sent, send } from './send.ts'
import type { Attempt, Setting, Step } from './step.ts'
import { tenantSteps } from './steps/power.ts'

export interface SequenceRun {
  readonly seed: number
  readonly rounds: number
  /** How many questions after each round. */
  readonly checks: number
  /** How many times a server is killed in the middle of a request. */
  readonly kills: number
  readonly database: FreshDatabase
  readonly report?: (counts: SequenceCounts) => void
}

const concurrentMax = 4

export async function runSequence(run: SequenceRun): Promise<SequenceCounts> {
  const counts: SequenceCounts = {
    steps: 0,
    done: {},
    refused: 0,
    concurrent: 0,
    kills: 0,
    decisions: 0,
    lists: 0,
    gatewayDecisions: 0,
    allowed: 0,
    gatewayLagMsMax: 0,
    differences: [],
  }
  const pair = await startPair(run.database)
  const client = await connect(run.database.superuserUrl)
  try {
    const random = randomFrom(run.seed)
    const model = await firstModel(pair)
    const runner = new Runner({ pair, client, random, model, counts, seed: run.seed })
    await runner.begin()
    for (let round = 0; round < run.rounds; round++) {
      const after = await runner.round(isKill(run, round))
      await runner.compare(run.checks, after)
      run.report?.(counts)
      if (counts.differences.length > 0) break
    }
    await runner.suspendTenant(run.checks)
  } finally {
    await client.end()
    await pair.stop()
  }
  return counts
}

/** Evenly over the run. */
function isKill({ rounds, kills }: SequenceRun, round: number): boolean {
  if (kills === 0) return false
  const every = Math.floor(rounds / kills)
  return round % every === Math.floor(every / 2)
}

/** A new tenant as its first start leaves it: the root account, its admin, and the built-in roles. */
async function firstModel({ urls }: Pair): Promise<Model> {
  const admin = await signIn(urls[0], adminEmail)
  const { client } = admin
  const { tenant, principal } = await client.me.get({})
  const [root] = (await client.account.list({})).items
  const model = new Model(tenant.id, root!.id)
  model.accounts.set(root!.id, { ...root!, boundary: root!.boundary })
  for (const role of (await client.role.list({ account: 'root' })).items) {
    model.roles.set(role.id, { ...role, account: root!.id })
  }
  model.users.set(principal.id, { id: principal.id, email: adminEmail, state: 'active' })
  model.sessions.set(principal.id, admin)
  model.join(principal.id, root!.id)
  const role = [...model.roles.values()].find(({ name }) => name === 'admin')!
  model.grantRole(root!.id, principal.id, role.id)
  for (const one of [await client.providerAccount.list({ account: 'root' })]) {
    if (one.items.length > 0) throw new Error('a new tenant has resources, which nobody expects')
  }
  return model
}

interface Parts {
  readonly pair: Pair
  readonly client: Client
  readonly random: Random
  readonly model: Model
  readonly counts: SequenceCounts
  readonly seed: number
}

class Runner {
  readonly #parts: Parts
  readonly #comparison: Comparison
  readonly #operator: Person
  #names = 0
  #requests = 0

  constructor(parts: Parts) {
    this.#parts = parts
    this.#comparison = new Comparison(parts.model, parts.pair.urls, parts.counts)
    this.#operator = program(parts.pair.urls[0], operatorKey)
  }

  /** So that there is something to act on: two accounts with their admins, and things in them. */
  async begin(): Promise<void> {
    const first = [
      ...['account.create', 'invitation.accept', 'account.create', 'invitation.accept'],
      ...['cluster.create', 'workspace.create', 'provider-account.create', 'model.create'],
      ...['virtual-account.create', 'token.create', 'team.create', 'share.create', 'share.create'],
      ...['user.invite', 'grant.create', 'grant.create', 'grant.create'],
    ]
    for (const operation of first) await this.#tryUntilDone(operation)
  }

  /** One act, or several at once, or one in the middle of which a server dies. */
  async round(isKill: boolean): Promise<string> {
    const { random, counts } = this.#parts
    if (isKill) return this.#kill()
    const count = random.chance(0.35) ? 2 + random.below(concurrentMax - 1) : 1
    const attempts = Array.from({ length: count }, () => this.#draw()).filter((one) => one !== null)
    if (attempts.length > 1) counts.concurrent += attempts.length
    const sent = await Promise.all(attempts.map((attempt) => this.#send(attempt)))
    await this.#applyAll(sent)
    return attempts.map(({ operation }) => operation).join(' with ')
  }

  compare(checks: number, after: string): Promise<void> {
    return this.#comparison.all(this.#parts.random, checks, after)
  }

  /** Nobody does anything while it is suspended; then all is as it was. */
  async suspendTenant(checks: number): Promise<void> {
    for (const step of [tenantSteps.suspend, tenantSteps.resume]) {
      await this.#applyAll([await this.#send(step.make(this.#setting())!)])
      await this.compare(checks, step.operation)
    }
  }

  #setting(): Setting {
    const { model, random, pair, seed } = this.#parts
    return {
      model,
      random,
      url: pair.urls[0],
      operator: this.#operator,
      name: () => `n${seed}-${++this.#names}`,
    }
  }

  #draw(only?: string): Attempt | null {
    const { random } = this.#parts
    const from = only ? steps.filter(({ operation }) => operation === only) : steps
    const total = from.reduce((sum, { weight = 1 }) => sum + weight, 0)
    let at = (random.below(1_000_000) / 1_000_000) * total
    const isReached = ({ weight = 1 }: Step) => {
      at -= weight
      return at < 0
    }
    const attempt = (from.find(isReached) ?? from[0]!).make(this.#setting())
    // Without somebody to try it there is no attempt, but for what anybody may call.
    const isOpen = typeof attempt?.body === 'function'
    return attempt && (attempt.who !== null || isOpen) ? attempt : null
  }

  async #tryUntilDone(operation: string): Promise<void> {
    let last: unknown = 'there was nothing to try it on'
    for (let tries = 0; tries < 60; tries++) {
      const attempt = this.#draw(operation)
      if (!attempt) continue
      const sent = await this.#send(attempt)
      await this.#applyAll([sent])
      if (sent.status >= 200 && sent.status < 300) return
      last = sent.answer
    }
    throw new Error(`${operation} did not work once: ${JSON.stringify(last)}`)
  }

  #send(attempt: Attempt, idempotencyKey?: string, url?: string): Promise<Sent> {
    const { random, pair, seed } = this.#parts
    const requestId = `proof-${seed}-${++this.#requests}`
    return send(url ?? random.pick(pair.urls), attempt, requestId, idempotencyKey)
  }

  async #applyAll(sent: readonly Sent[]): Promise<void> {
    const { client, counts } = this.#parts
    counts.steps += sent.length
    const done = await inOrder(client, sent)
    counts.refused += sent.length - done.length
    for (const { attempt, answer } of done) {
      counts.done[attempt.operation] = (counts.done[attempt.operation] ?? 0) + 1
      await attempt.apply(answer)
    }
  }

  /**
   * The server that was asked dies at some moment of the request. The other one is asked the same once
   * more, with the same key, and says what had happened, or does it now.
   */
  async #kill(): Promise<string> {
    const { random, pair, counts } = this.#parts
    const which = random.pick([0, 1] as const)
    const killable = [
      'grant.create',
      'share.create',
      'team-member.add',
      'role.create',
      'user.invite',
    ]
    const operation = random.pick(killable)
    const attempt = this.#draw(operation)
    if (!attempt) return 'nothing'
    const key = `kill-${this.#requests}`
    const lost = this.#send(attempt, key, pair.urls[which])
    await new Promise((resolve) => setTimeout(resolve, random.below(25)))
    await pair.kill(which)
    counts.kills++
    await lost
    await this.#applyAll([await this.#send(attempt, key, pair.urls[1 - which]!)])
    await pair.restart(which)
    return `kill -9 during ${operation}`
  }
}
