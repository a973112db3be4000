/** Which operations are steps, and which need not be, with the reason. A new one has to be either. */
import { type AnyOperation, isMutation, operations } from '@commonhold/contract'
import { resourceKinds } from '@commonhold/core'
import type { Step } from './step.ts'
import { peopleSteps } from './steps/people.ts'
import { powerSteps, tenantSteps } from './steps/power.ts'
import { teamSteps } from './steps/teams.ts'
import { thingSteps } from './steps/things.ts'

/** Those that are drawn at random; the tenant's own end and return are made in between. */
export const steps: readonly Step[] = [...peopleSteps, ...teamSteps, ...powerSteps, ...thingSteps]

/** What a call may change without changing who may do what. */
export const noAccess: ReadonlyMap<string, string> = new Map([
  ...['me.update', 'tenant.update', 'user.update'].map((id) => [id, 'names and settings'] as const),
  ...resourceKinds.map(({ kind }) => [`${kind}.update`, 'what a resource is, not whose'] as const),
  ...[
    'prompt-version.create',
    'prompt-version.label',
    'prompt-version.unlabel',
    'price.create',
  ].map((id) => [id, 'what a resource is, not whose'] as const),
  ['secret.reveal', 'reads, and is audited'],
  ...['budget', 'usage-limit'].flatMap((noun) =>
    ['create', 'update', 'delete'].map(
      (verb) => [`${noun}.${verb}`, 'how much, not whether'] as const,
    ),
  ),
  ['me.change-password', 'ends the caller’s other sessions, of which none is kept here'],
  ['session.revoke', 'as session.delete, of another session'],
  ['access-review.complete', 'a note in the record'],
  ...['budget-raise', 'usage-limit-raise'].flatMap((noun) =>
    ['create', 'end'].map((verb) => [`${noun}.${verb}`, 'how much, and not who'] as const),
  ),
  ...['create', 'update', 'rotate', 'test', 'delete'].map(
    (verb) => [`webhook.${verb}`, 'where it is told, and not who may what'] as const,
  ),
  ['webhook-delivery.replay', 'tells the same once more'],
  ...['ledger-entry.credit', 'ledger-entry.adjust', 're-rate.run'].map(
    (id) => [id, 'what is owed, and not who may what'] as const,
  ),
  ['request-log.reveal', 'reads what was said'],
  ['gateway-setting.update', 'what is kept of calls'],
  ['operator-session.create', 'the operator acts on tenants and in none'],
  ['operator-session.delete', 'the operator acts on tenants and in none'],
  ['operator-settings.update', 'of the deployment'],
  ['operator-gateway.retire', 'of the deployment'],
  ...['signup.create', 'operator-tenant.create', 'operator-tenant.delete'].map(
    (id) => [id, 'makes or ends another tenant'] as const,
  ),
  ...['operator-check-tenant.create', 'operator-check-tenant.end'].map(
    (id) => [id, 'makes or ends another tenant'] as const,
  ),
])

/** Mutations that nobody has thought of here. */
export function unthoughtOf(): string[] {
  const made = new Set([...steps, ...Object.values(tenantSteps)].map(({ operation }) => operation))
  const isThoughtOf = ({ id }: AnyOperation) => made.has(id) || noAccess.has(id)
  return operations.filter((one) => isMutation(one) && !isThoughtOf(one)).map(({ id }) => id)
}
