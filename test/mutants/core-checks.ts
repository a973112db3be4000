/**
 * What core is held against, check by check, so that it can be counted how many it takes to see a
 * fault: random worlds, of which the rule written for reading says what is right, and a few facts that
 * no world has.
 */
import type * as Core from '@commonhold/core'
import {
  conditionsOf,
  decideNaively,
  type NaiveQuestion,
  type World,
} from '../../core/test/support/naive-access.ts'
import { type CoreModule, factsOf, targetOf } from '../proof/worlds/facts.ts'
import { type Random, randomFrom } from '../proof/worlds/random.ts'
import { askedPermissions, randomQuestion, randomWorld } from '../proof/worlds/random-world.ts'

/** What is checked, said in a few words, and whether it holds. */
export type Check = readonly [what: string, holds: boolean]

export type CheckedCore = CoreModule &
  Pick<
    typeof Core,
    'listPermissions' | 'permissionBit' | 'resourceKinds' | 'shareUpTo' | 'builtInRoles'
  >

const questionsPerWorld = 20

/** Goes on for as many worlds as are asked for. */
export function* coreChecks(core: CheckedCore, seed: number, worlds: number): Generator<Check> {
  yield* kindChecks(core)
  for (let index = 0; index < worlds; index++) {
    const random = randomFrom(seed * 100_000 + index)
    const world = randomWorld(random)
    for (let asked = 0; asked < questionsPerWorld; asked++) {
      yield* questionChecks(core, world, randomQuestion(random), random)
    }
  }
}

function* questionChecks(
  core: CheckedCore,
  world: World,
  question: NaiveQuestion,
  random: Random,
): Generator<Check> {
  const facts = factsOf(core, world, question)
  const target = targetOf(world, question)
  const bit = core.permissionBit(question.permission)
  const verdict = core.decide(facts, bit, target)
  yield ['verdict', verdict === decideNaively(world, question)]
  const holds = new Map(conditionsOf(world, question))
  yield [
    'eligibility',
    core.isEligible(facts, target) === holds.get('not_eligible') || isForeign(world, question),
  ]
  const conditions = core.explain(facts, bit, target)
  yield ['explanation', conditions.every((one) => one.holds) === (verdict === 'allowed')]
  yield [
    'power',
    sameList(core.listPermissions(core.powerOn(facts, target)), allowedOf(world, question)),
  ]
  yield ['list', listedOf(core, world, question).join() === filteredOf(world, question).join()]
  const carried = random.some(askedPermissions, 0.4)
  const set = core.permissionSet(carried)
  const missing = core.missingPermissions(facts, set, target)
  yield ['write rule', sameList(missing, missingOf(world, question, carried))]
  const byGrant = core.missingByGrant(facts, set, target)
  yield ['write rule by grant', sameList(byGrant, missingOf(uncut(world), question, carried))]
  yield* spoiltChecks(core, facts, bit, target)
}

/** Of another tenant: whether it would be eligible there is no question of the rule. */
const isForeign = (world: World, question: NaiveQuestion) =>
  new Map(conditionsOf(world, question)).get('other_tenant') === false

/** What no world has: rows of which one belongs to another tenant, and facts that are broken. */
function* spoiltChecks(
  core: CheckedCore,
  facts: Core.AccessFacts,
  bit: Core.PermissionBit,
  target: Core.AccessTarget,
): Generator<Check> {
  const tenantId = 'elsewhere' as Core.TenantId
  const spoilt: [Core.AccessFacts, Core.AccessTarget][] = [
    [{ ...facts, account: { ...facts.account, tenantId } }, target],
    [{ ...facts, principal: { ...facts.principal, tenantId } }, target],
    [facts, { ...target, tenantId }],
  ]
  for (const [one, at] of spoilt) {
    yield ['tenant wall', core.decide(one, bit, at) === 'other_tenant']
    yield ['tenant wall of power', core.listPermissions(core.powerOn(one, at)).length === 0]
  }
  const [elsewhere] = spoilt[0]!
  const { within, sharedWith } = core.reach(elsewhere, bit.permission)
  yield ['tenant wall of lists', within.length + sharedWith.length === 0]
  const state = 'suspended' as const
  const asleep = { ...facts.tenant, id: facts.principal.tenantId, state }
  const account = { ...facts.account, tenantId: asleep.id, state }
  const here = { ...target, tenantId: asleep.id }
  const first = core.decide({ ...facts, tenant: asleep, account }, bit, here)
  yield ['tenant’s state before the account’s', first === 'tenant_not_active']
  // Only the root account's can be shared: a share of a neighbour's, forced in, gives nothing.
  const all = core.builtInRoles.admin
  const shares = new Map(target.path.map((one) => [one, all]))
  const neighbours = { ...target, ownerId: 'neighbour' as Core.AccountId }
  const held = { everywhere: all, on: new Map() }
  const power = core.powerOn({ ...facts, held, shares }, neighbours)
  yield ['power on a neighbour’s', core.listPermissions(power).length === 0]
  const broken = { ...facts, held: null } as unknown as Core.AccessFacts
  yield ['broken facts', core.decide(broken, bit, target) !== 'allowed']
}

/** What a role carries on an object, and a share at most, from the list of kinds alone. */
function* kindChecks(core: CheckedCore): Generator<Check> {
  for (const { kind } of core.resourceKinds) {
    const within = core.resourceKinds
      .filter((one) => one.kind === kind || one.parent === kind)
      .map((one) => one.kind as string)
    const concerning = (role: Core.PermissionSet, kinds: readonly string[]) =>
      core.listPermissions(role).filter((one) => kinds.includes(one.slice(0, one.indexOf(':'))))
    for (const [name, role] of Object.entries(core.builtInRoles)) {
      const carried = (object: Parameters<typeof core.carriedBy>[1]) =>
        core.listPermissions(core.carriedBy(role, object))
      yield [
        'carried on a resource',
        sameList(carried({ type: 'resource', kind }), concerning(role, within)),
      ]
      yield [
        'carried on a kind',
        sameList(carried({ type: 'kind', kind }), concerning(role, [kind])),
      ]
      yield [
        'carried on the account',
        sameList(carried({ type: 'account' }), core.listPermissions(role)),
      ]
      const most = core.shareUpTo(name as Core.BuiltInRoleName, kind)
      yield ['share', sameList(core.listPermissions(most), concerning(role, within))]
    }
  }
}

/** Boundary and share maximum set aside: everything is in them. */
function uncut(world: World): World {
  return {
    ...world,
    accounts: world.accounts.map((one) => ({ ...one, boundary: [...askedPermissions] })),
    shares: world.shares.map((one) => ({ ...one, most: [...askedPermissions] })),
  }
}

const isAllowed = (world: World, question: NaiveQuestion) =>
  decideNaively(world, question) === 'allowed'

const allowedOf = (world: World, question: NaiveQuestion) =>
  askedPermissions.filter((permission) => isAllowed(world, { ...question, permission }))

const missingOf = (world: World, question: NaiveQuestion, carried: readonly Core.Permission[]) =>
  carried.filter((permission) => !isAllowed(world, { ...question, permission }))

const filteredOf = (world: World, question: NaiveQuestion) =>
  world.resources
    .map(({ id }) => id)
    .filter((resource) => isAllowed(world, { ...question, resource }))

/** As the store lists: own, or root's and shared with the permission; and within what is reached. */
function listedOf(core: CheckedCore, world: World, question: NaiveQuestion): string[] {
  const facts = factsOf(core, world, question)
  const { within, sharedWith } = core.reach(facts, question.permission)
  const isIn = (resources: readonly string[], path: readonly string[]) =>
    path.some((one) => resources.includes(one))
  return world.resources
    .map(({ id }) => ({ id, ...targetOf(world, { ...question, resource: id }) }))
    .filter(({ tenantId }) => tenantId === facts.tenant.id)
    .filter(
      ({ ownerId, path }) =>
        ownerId === facts.account.id ||
        (ownerId === facts.account.rootAccountId && isIn(sharedWith, path)),
    )
    .filter(({ path }) => within === 'everything' || isIn(within, path))
    .map(({ id }) => id)
}

/** Order aside. */
function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one))
}
