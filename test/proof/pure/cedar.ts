/**
 * The access rule a third time, in Cedar, an authorisation engine that is not ours. Written from
 * 1-domain.md, as Cedar's users would write it: each grant is a permit, and the other conditions stand
 * in it as conjuncts.
 *
 * Not as forbids: Cedar skips a policy that fails while it is evaluated, so that a forbid over a
 * missing attribute would allow. A permit that fails gives nothing; and any error at all that Cedar
 * reports counts as a denial here.
 */
import {
  type CheckParseAnswer,
  type Context,
  type EntityJson,
  preparsePolicySet,
  statefulIsAuthorized,
  type TypeAndId,
} from '@cedar-policy/cedar-wasm/nodejs'
import { permissions } from '@commonhold/core'
import { type NaiveQuestion, pathOf, type World } from '../../../core/test/support/naive-access.ts'

export interface CedarAnswer {
  readonly allowed: boolean
  /** Policies that failed while they were evaluated. None ought to. */
  readonly errors: number
}

/** Only one world is asked about at a time, and the name of a policy set is global to the engine. */
const policySetId = 'world'

/** @returns what Cedar says of a question about this world, until it is called for another one */
export function cedarOf(world: World): (question: NaiveQuestion) => CedarAnswer {
  const policies = world.grants.map((grant) => permitFor(world, grant)).join('\n')
  accept(preparsePolicySet(policySetId, { staticPolicies: policies }))
  const entities = new Map(entitiesOf(world).map((one) => [text(one.uid as TypeAndId), one]))
  const slices = new Map<string, EntityJson[]>()
  return (question) => {
    const { principal, account, resource } = question
    const key = `${principal} ${account} ${resource}`
    let slice = slices.get(key)
    if (!slice) {
      slice = sliceOf(world, entities, question)
      slices.set(key, slice)
    }
    const answer = statefulIsAuthorized({
      principal: subjectId(principal),
      action: actionId(question.permission),
      resource: resource === null ? householdId(account) : resourceId(resource),
      context: contextOf(question),
      preparsedPolicySetId: policySetId,
      entities: slice,
    })
    if (answer.type === 'failure') return { allowed: false, errors: answer.errors.length }
    const { decision, diagnostics } = answer.response
    const errors = diagnostics.errors.length
    return { allowed: decision === 'allow' && errors === 0, errors }
  }
}

function permitFor(world: World, grant: World['grants'][number]): string {
  const { root, account } = placeOf(world, grant.account)
  const here = text(accountId(account.id))
  const tenant = text(tenantId(account.tenant))
  const isOwn = `resource.owner == ${here}`
  const shares = world.shares.filter(({ to }) => to === account.id)
  const shared = shares.map(({ resource }) => `resource in ${text(resourceId(resource))}`)
  const within = shares.map(
    ({ resource, most }) => `(resource in ${text(resourceId(resource))} && ${actionIn(most)})`,
  )
  const conditions = [
    `context.account == ${here}`,
    // 1. One tenant.
    `principal.tenant == ${tenant} && resource.tenant == ${tenant}`,
    // 2. All of them active, and the team as well, where it is what carries the grant.
    `${tenant}.state == "active" && ${here}.state == "active" && principal.state == "active"`,
    '(!(context has token) || context.token.state == "active")',
    // 3. A member, with a token of this account.
    `principal in ${here}`,
    `(!(context has token) || context.token.account == ${here})`,
    // 4. Its own, or root's and shared to it, itself or what it is in.
    `(${isOwn} || (resource.owner == ${text(accountId(root))} && ${anyOf(shared)}))`,
    // 5. This grant.
    `${isSubject(world, grant, here)} && ${isObject(grant)} && ${actionIn(grant.role)}`,
    // 6. The boundary.
    actionIn(account.boundary),
    // 7. The share's maximum.
    `(${isOwn} || ${anyOf(within)})`,
    // 8. The token's scopes.
    `(!(context has token) || !(context.token has scopes) || context.token.scopes.contains(action))`,
  ]
  return `permit(principal, action, resource) when { ${conditions.join(' && ')} };`
}

function isSubject(world: World, grant: World['grants'][number], here: string): string {
  if (!world.teams.some(({ id }) => id === grant.subject)) {
    return `principal == ${text(subjectId(grant.subject))}`
  }
  const team = text(teamId(grant.subject))
  return `principal in ${team} && ${team}.state == "active" && ${team}.account == ${here}`
}

function isObject({ object }: World['grants'][number]): string {
  if (object === 'account') return 'true'
  if (!object.startsWith('kind:')) return `resource in ${text(resourceId(object))}`
  const kind = object.slice('kind:'.length)
  return actionIn(permissions.filter((permission) => permission.startsWith(`${kind}:`)))
}

const anyOf = (conditions: readonly string[]) => `(${conditions.join(' || ') || 'false'})`
const actionIn = (list: readonly string[]) =>
  `action in [${list.map((permission) => text(actionId(permission))).join(', ')}]`

function placeOf(world: World, id: string) {
  const account = world.accounts.find((one) => one.id === id)!
  return { account, root: world.tenants.find((one) => one.id === account.tenant)!.root }
}

function entitiesOf(world: World): EntityJson[] {
  const tenants = world.tenants.map(({ id, state }) => entity(tenantId(id), { state }))
  const accounts = world.accounts.map(({ id, state }) => entity(accountId(id), { state }))
  const households = world.accounts.map(({ id, tenant }) =>
    entity(householdId(id), { tenant: of(tenantId(tenant)), owner: of(accountId(id)) }),
  )
  const principals = world.principals.map(({ id, tenant, state }) => {
    const joined = world.memberships.filter(({ principal }) => principal === id)
    const teams = world.teams.filter(({ members }) => members.includes(id))
    return entity(subjectId(id), { tenant: of(tenantId(tenant)), state }, [
      ...joined.map(({ account }) => accountId(account)),
      ...teams.map((team) => teamId(team.id)),
    ])
  })
  const teams = world.teams.map(({ id, account, state }) =>
    entity(teamId(id), { account: of(accountId(account)), state }),
  )
  const resources = world.resources.map(({ id, tenant, owner, parent }) =>
    entity(
      resourceId(id),
      { tenant: of(tenantId(tenant)), owner: of(accountId(owner)) },
      parent === null ? [] : [resourceId(parent)],
    ),
  )
  return [...tenants, ...accounts, ...households, ...principals, ...teams, ...resources]
}

function entity(uid: TypeAndId, attrs: object, parents: TypeAndId[] = []): EntityJson {
  return { uid, attrs: attrs as EntityJson['attrs'], parents }
}

/**
 * What a question concerns: the principal with its teams, the acting account and its tenant, and the
 * resource with all that it is in. The engine is handed these and no others.
 */
function sliceOf(
  world: World,
  entities: ReadonlyMap<string, EntityJson>,
  question: NaiveQuestion,
): EntityJson[] {
  const { principal, account } = question
  const teams = world.teams.filter(({ members }) => members.includes(principal))
  const ids = [
    tenantId(placeOf(world, account).account.tenant),
    accountId(account),
    subjectId(principal),
    ...teams.map(({ id }) => teamId(id)),
    ...(question.resource === null
      ? [householdId(account)]
      : pathOf(world, question.resource).map(resourceId)),
  ]
  return ids.map((id) => entities.get(text(id))!)
}

function contextOf({ account, token }: NaiveQuestion): Context {
  if (token === null) return { account: of(accountId(account)) }
  const { account: bound, state, scopes } = token
  return {
    account: of(accountId(account)),
    token: {
      account: of(accountId(bound)),
      state,
      ...(scopes === null ? {} : { scopes: scopes.map((one) => of(actionId(one))) }),
    },
  }
}

const tenantId = (id: string): TypeAndId => ({ type: 'Tenant', id })
const accountId = (id: string): TypeAndId => ({ type: 'Account', id })
const subjectId = (id: string): TypeAndId => ({ type: 'Principal', id })
const teamId = (id: string): TypeAndId => ({ type: 'Team', id })
const resourceId = (id: string): TypeAndId => ({ type: 'Resource', id })
const actionId = (id: string): TypeAndId => ({ type: 'Action', id })
/** The account itself as what is asked about: it belongs to itself. */
const householdId = (id: string): TypeAndId => ({ type: 'Household', id })

const of = (id: TypeAndId) => ({ __entity: id })
const text = ({ type, id }: TypeAndId) => `${type}::"${id}"`

function accept(answer: CheckParseAnswer): void {
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors.slice(0, 3)))
}
