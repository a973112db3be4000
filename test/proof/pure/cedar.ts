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
import { type Permission, permissions } from '@commonhold/core'
import { type NaiveQuestion, pathOf, type World } from '../../../core/test/support/naive-access.ts'

export interface CedarAnswer {
  readonly allowed: boolean
  /** Policies that failed while they were evaluated. None ought to. */
  readonly errors: number
}

export interface CedarWorld {
  /** One question, one request: what Cedar decides. */
  ask(question: NaiveQuestion): CedarAnswer
  /**
   * All permissions in one request, which is how a million questions become possible: each permit is
   * there once for each permission that it gives, and Cedar names those that hold.
   */
  askAll(question: Omit<NaiveQuestion, 'permission'>): ReadonlyMap<Permission, CedarAnswer>
}

/** Only one world is asked about at a time, and the names of policy sets are global to the engine. */
const oneByOne = 'one by one'
const allAtOnce = 'all at once'

/** @param asked the permissions that are ever asked about in this world */
export function cedarOf(world: World, asked: readonly Permission[]): CedarWorld {
  const permits = world.grants.map((grant) => permitFor(world, grant, 'action', grant.role))
  accept(preparsePolicySet(oneByOne, { staticPolicies: permits.join('\n') }))
  const split = world.grants.flatMap((grant, index) =>
    grant.role.map((permission) => [
      `${permission} by ${index}`,
      permitFor(world, grant, text(actionId(permission)), [anyAction]),
    ]),
  )
  accept(preparsePolicySet(allAtOnce, { staticPolicies: Object.fromEntries(split) }))
  const entities = new Map(entitiesOf(world).map((one) => [text(one.uid as TypeAndId), one]))
  const request = (policies: string, action: string, question: Omit<NaiveQuestion, 'permission'>) =>
    statefulIsAuthorized({
      principal: subjectId(question.principal),
      action: actionId(action),
      resource: objectId(question),
      context: contextOf(question),
      preparsedPolicySetId: policies,
      entities: sliceOf(world, entities, question),
    })
  return {
    ask: (question) => {
      const answer = request(oneByOne, question.permission, question)
      if (answer.type === 'failure') return { allowed: false, errors: answer.errors.length }
      const { decision, diagnostics } = answer.response
      const errors = diagnostics.errors.length
      return { allowed: decision === 'allow' && errors === 0, errors }
    },
    askAll: (question) => {
      const answer = request(allAtOnce, anyAction, question)
      const isFailure = answer.type === 'failure'
      const errors = isFailure ? answer.errors.length : answer.response.diagnostics.errors.length
      const hold = isFailure ? [] : answer.response.diagnostics.reason
      const given = new Set(hold.map((id) => id.slice(0, id.indexOf(' '))))
      return new Map(
        asked.map((permission) => [
          permission,
          { allowed: errors === 0 && given.has(permission), errors },
        ]),
      )
    },
  }
}

/** What is asked for where all permissions are. */
const anyAction = 'any'

/**
 * One grant. What is the same whoever asks about it (its account, the tenant, the team) stands in it as
 * a value; who asks, with what and about what comes with the question.
 * @param action what is weighed: the request's action, or one permission
 * @param actions of which the request's has to be one
 */
function permitFor(
  world: World,
  grant: World['grants'][number],
  action: string,
  actions: readonly string[],
): string {
  const isOneOf = (list: readonly string[]) => `${action} in ${actionSet(list)}`
  const { tenant: its, account } = placeOf(world, grant.account)
  const here = text(accountId(account.id))
  const tenant = text(tenantId(account.tenant))
  const isOwn = `resource.owner == ${here}`
  const shares = world.shares.filter(({ to }) => to === account.id)
  const shared = shares.map(({ resource }) => `resource in ${text(resourceId(resource))}`)
  const within = shares.map(
    ({ resource, most }) => `(resource in ${text(resourceId(resource))} && ${isOneOf(most)})`,
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
    isOneOf(account.boundary),
    // 7. The share's maximum.
    `(${isOwn} || ${anyOf(within)})`,
    // 8. The token's scopes.
    `(!(context has token) || !(context.token has scopes) || context.token.scopes.contains(${action}))`,
  ]
  // 5. This grant: what it is of stands in the head of the policy, where it is asked first.
  const { subject, isActiveHere } = subjectOf(world, grant, here)
  const head = `principal ${subject}, action in ${actionSet(actions)}, ${objectOf(grant)}`
  const kind = permissionsOfKind(grant)
  const all = [isActiveHere, ...(kind ? [isOneOf(kind)] : []), ...conditions]
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

/** A grant on a kind gives what its role says of just that kind; null for any other grant. */
function permissionsOfKind({ object }: World['grants'][number]): readonly string[] | null {
  if (!object.startsWith('kind:')) return null
  const kind = object.slice('kind:'.length)
  return permissions.filter((permission) => permission.startsWith(`${kind}:`))
}

const anyOf = (conditions: readonly string[]) => `(${conditions.join(' || ') || 'false'})`
const actionSet = (list: readonly string[]) =>
  `[${list.map((permission) => text(actionId(permission))).join(', ')}]`

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
  { principal, account, resource }: Omit<NaiveQuestion, 'permission'>,
): EntityJson[] {
  const about = resource === null ? [householdId(account)] : pathOf(world, resource).map(resourceId)
  return [subjectId(principal), ...about].map((id, index) => {
    const one = entities.get(text(id))!
    // Of what it is in, Cedar needs to know nothing but where that is.
    return index < 2 ? one : entity(id, {}, one.parents as TypeAndId[])
  })
}

function contextOf({ account, token }: Omit<NaiveQuestion, 'permission'>): Context {
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

const objectId = ({ account, resource }: Omit<NaiveQuestion, 'permission'>) =>
  resource === null ? householdId(account) : resourceId(resource)

const of = (id: TypeAndId) => ({ __entity: id })
const text = ({ type, id }: TypeAndId) => `${type}::"${id}"`

function accept(answer: CheckParseAnswer): void {
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors.slice(0, 3)))
}
