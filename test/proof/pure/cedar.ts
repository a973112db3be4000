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

/**
 * One grant. What is the same whoever asks about it (its account, the tenant, the team) stands in it as
 * a value; who asks, with what and about what comes with the question.
 */
function permitFor(world: World, grant: World['grants'][number]): string {
  const { tenant: its, account } = placeOf(world, grant.account)
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
    `"${its.state}" == "active" && "${account.state}" == "active" && principal.state == "active"`,
    '(!(context has token) || context.token.state == "active")',
    // 3. A member, with a token of this account.
    `principal in ${here}`,
    `(!(context has token) || context.token.account == ${here})`,
    // 4. Its own, or root's and shared to it, itself or what it is in.
    `(${isOwn} || (resource.owner == ${text(accountId(its.root))} && ${anyOf(shared)}))`,
    // 6. The boundary.
    actionIn(account.boundary),
    // 7. The share's maximum.
    `(${isOwn} || ${anyOf(within)})`,
    // 8. The token's scopes.
    `(!(context has token) || !(context.token has scopes) || context.token.scopes.contains(action))`,
  ]
  // 5. This grant: what it is of stands in the head of the policy, where it is asked first.
  const { subject, isActiveHere } = subjectOf(world, grant, here)
  const head = `principal ${subject}, ${actionIn(grant.role)}, ${objectOf(grant)}`
  const all = [isActiveHere, isOfKind(grant), ...conditions]
  return `permit(${head}) when { ${all.join(' && ')} };`
}

function subjectOf(world: World, grant: World['grants'][number], here: string) {
  const team = world.teams.find(({ id }) => id === grant.subject)
  if (!team) return { subject: `== ${text(subjectId(grant.subject))}`, isActiveHere: 'true' }
  return {
    subject: `in ${text(teamId(team.id))}`,
    isActiveHere: `"${team.state}" == "active" && ${text(accountId(team.account))} == ${here}`,
  }
}

const isOnResource = ({ object }: World['grants'][number]) =>
  object !== 'account' && !object.startsWith('kind:')

const objectOf = (grant: World['grants'][number]) =>
  isOnResource(grant) ? `resource in ${text(resourceId(grant.object))}` : 'resource'

/** A grant on a kind gives what its role says of just that kind. */
function isOfKind({ object }: World['grants'][number]): string {
  if (!object.startsWith('kind:')) return 'true'
  const kind = object.slice('kind:'.length)
  return actionIn(permissions.filter((permission) => permission.startsWith(`${kind}:`)))
}

const anyOf = (conditions: readonly string[]) => `(${conditions.join(' || ') || 'false'})`
const actionIn = (list: readonly string[]) =>
  `action in [${list.map((permission) => text(actionId(permission))).join(', ')}]`

function placeOf(world: World, id: string) {
  const account = world.accounts.find((one) => one.id === id)!
  return { account, tenant: world.tenants.find((one) => one.id === account.tenant)! }
}

function entitiesOf(world: World): EntityJson[] {
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
  const resources = world.resources.map(({ id, tenant, owner, parent }) =>
    entity(
      resourceId(id),
      { tenant: of(tenantId(tenant)), owner: of(accountId(owner)) },
      parent === null ? [] : [resourceId(parent)],
    ),
  )
  return [...households, ...principals, ...resources]
}

function entity(uid: TypeAndId, attrs: object, parents: TypeAndId[] = []): EntityJson {
  return { uid, attrs: attrs as EntityJson['attrs'], parents }
}

/** What a question concerns: who asks, and the resource with all that it is in; no other entities. */
function sliceOf(
  world: World,
  entities: ReadonlyMap<string, EntityJson>,
  { principal, account, resource }: NaiveQuestion,
): EntityJson[] {
  const about = resource === null ? [householdId(account)] : pathOf(world, resource).map(resourceId)
  return [subjectId(principal), ...about].map((id, index) => {
    const one = entities.get(text(id))!
    // Of what it is in, Cedar needs to know nothing but where that is.
    return index < 2 ? one : entity(id, {}, one.parents as TypeAndId[])
  })
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
