/**
 * Which running calls a change would end: every gateway that lives is asked what runs, and each call
 * is judged by the powers after the change, as the gateway itself will judge it once it hears of it.
 * Asked after the dry run has been rolled back, so that nobody waits for the tenant's lock meanwhile.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { callersToldMax, type RunningCalls } from '@commonhold/contract'
import { decide, permissionBit, type TenantId } from '@commonhold/core'
import { newUuid } from '../crypto/new-id.ts'
import type { Database, Tx } from '../store/database.ts'
import {
  announceQuestion,
  answeredSources,
  type GatewayAnswer,
  type RunningGroup,
  takeAnswers,
} from '../store/gateway-question.ts'
import { livingSources } from '../store/gateway-source.ts'
import { resourceNames } from '../store/resource-name.ts'
import type { Disclosure } from './disclosure.ts'
import type { Foreseen } from './foresight.ts'
import { seatKey } from './powers.ts'

/** How long gateways have to answer. They take a few ms; who is silent for longer is named silent. */
export const answerMsMax = 1_000
const askEveryMs = 10

interface Asked {
  readonly answers: readonly GatewayAnswer[]
  readonly asked: number
  readonly silent: number
}

/** Whether the change could end a call: use of a model is lost, or a token's secrets. */
export function mayEndCalls({ access, ended }: Foreseen): boolean {
  const isUse = (permission: string) => permission.endsWith('model:use')
  return ended.length > 0 || access.lost.some(({ permissions }) => permissions.some(isUse))
}

export async function foreseeRunning(
  database: Database,
  tenantId: TenantId,
  foreseen: Foreseen,
  discloses: Disclosure,
): Promise<RunningCalls> {
  const { answers, asked, silent } = await ask(database, tenantId)
  const seats = new Set(foreseen.seats.map(seatKey))
  const cut = answers.flatMap(({ groups }) =>
    groups.filter((group) => seats.has(seatKey(group)) && isCut(foreseen, group)),
  )
  const calls = cut.reduce((sum, group) => sum + group.calls, 0)
  const callers = await database.withTenant(tenantId, (tx) =>
    tellCallers(tx, merged(cut).slice(0, callersToldMax), foreseen, discloses),
  )
  const more = answers.reduce((sum, answer) => sum + answer.more, 0)
  return { calls, callers, asked, silent, sentence: sentenceOf(calls, silent, more) }
}

async function ask(database: Database, tenantId: TenantId): Promise<Asked> {
  const questionId = newUuid()
  const living = await database.withTenant(tenantId, async (tx) => {
    const sources = await livingSources(tx)
    if (sources.length > 0) await announceQuestion(tx, tenantId, questionId)
    return new Set(sources)
  })
  if (living.size === 0) return { answers: [], asked: 0, silent: 0 }
  const untilMs = Date.now() + answerMsMax
  let silent = living.size
  while (silent > 0 && Date.now() < untilMs) {
    await wait(askEveryMs)
    const answered = await database.withTenant(tenantId, (tx) => answeredSources(tx, questionId))
    silent = living.difference(new Set(answered)).size
  }
  const answers = await database.withTenant(tenantId, (tx) => takeAnswers(tx, questionId))
  return { answers, asked: living.size, silent }
}

/** As the gateway asks about a running call again: its token, and each thing that it needs. */
function isCut({ before, after, ended }: Foreseen, group: RunningGroup): boolean {
  const { tokenId, needs } = group
  if (ended.includes(tokenId)) return true
  const token = after.tokens.get(tokenId)
  const facts = token ? after.factsOf(group, token) : null
  if (facts === null) return before.tokens.has(tokenId)
  return needs.some(({ kind, ownerId, path }) => {
    if (path.some((id) => before.resources.has(id) && !after.resources.has(id))) return true
    const known = after.targetOf(path[0]!)
    const target = known ?? { tenantId: after.tenant.id, ownerId, path }
    return decide(facts, permissionBit(`${kind}:use`), target) !== 'allowed'
  })
}

/** The same caller on several gateways is one caller. */
function merged(groups: readonly RunningGroup[]): RunningGroup[] {
  const keyOf = ({ tokenId, needs }: RunningGroup) => `${tokenId} ${needs[0]?.path[0]}`
  return [...Map.groupBy(groups, keyOf).values()]
    .map((same) => ({ ...same[0]!, calls: same.reduce((sum, { calls }) => sum + calls, 0) }))
    .sort((a, b) => b.calls - a.calls)
}

async function tellCallers(
  tx: Tx,
  groups: readonly RunningGroup[],
  { before }: Foreseen,
  discloses: Disclosure,
): Promise<RunningCalls['callers']> {
  const asked = groups.flatMap(({ needs }) => needs[0]?.path[0] ?? [])
  const names = await resourceNames(tx, asked)
  return groups.map(({ accountId, principalId, tokenId, needs, calls }) => {
    const principal = before.principals.get(principalId)!
    const isKnown = discloses.holder(accountId, principalId, principal.kind)
    const need = needs[0]
    const model = need && discloses.target(need.kind, need.ownerId, need.path)
    return {
      kind: principal.kind,
      name: isKnown ? principal.name : null,
      token: discloses.tokens(accountId, principalId)
        ? (before.tokens.get(tokenId)?.name ?? null)
        : null,
      model: model ? (names.get(need.path[0]!) ?? null) : null,
      calls,
    }
  })
}

function sentenceOf(calls: number, silent: number, more: number): string {
  const known =
    calls === 0
      ? 'No call that runs now would be ended'
      : calls === 1
        ? 'One call that runs now would be ended'
        : `${calls} calls that run now would be ended`
  const gateways = silent === 1 ? 'one gateway' : `${silent} gateways`
  const unheard = silent === 0 ? '' : `, and ${gateways} did not answer in time`
  const uncounted = more === 0 ? '' : `, and ${more} more calls were not looked at`
  return `${known}${unheard}${uncounted}.`
}
