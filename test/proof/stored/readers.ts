/**
 * What the product says of stored rows, by both of its readers: the control plane, which loads what
 * concerns one principal, and the gateway, which loads a tenant at once and keeps it.
 */
import {
  type AccessFacts,
  type AccessTarget,
  decide,
  formatId,
  type Permission,
  permissionBit,
  type ResourceId,
  type ResourceKind,
  resourceKind,
  type TenantId,
} from '@commonhold/core'
import { createVault } from '../../../server/src/crypto/envelope.ts'
import { TenantSnapshot } from '../../../server/src/gateway/snapshot/tenant-snapshot.ts'
import { findAccount } from '../../../server/src/store/account.ts'
import { loadPrincipal, loadTenant } from '../../../server/src/store/caller.ts'
import { type Database, type Tx, typed } from '../../../server/src/store/database.ts'
import { loadFacts, storedPermissions } from '../../../server/src/store/facts.ts'
import { readResource, targetOf } from '../../../server/src/store/resource.ts'
import { loadSnapshot } from '../../../server/src/store/snapshot.ts'

/** Somebody in an account, in a browser or with a token. */
export interface Seat {
  readonly principal: string
  readonly account: string
  readonly token: {
    readonly id: string
    readonly account: string
    readonly state: string
    readonly scopes: string[] | null
  } | null
}

/** @returns the verdict; `'error'` where deciding was not even possible, which is a refusal */
export type Decide = (permission: Permission, target: AccessTarget | null) => string

export type Targets = ReadonlyMap<string, AccessTarget | null>

const vault = createVault(Buffer.alloc(32, 7))

/** @param resources of all tenants: those of another one are not found */
export function loadTargets(
  database: Database,
  tenantId: TenantId,
  resources: readonly { id: string; kind: string }[],
): Promise<Targets> {
  return database.withTenant(tenantId, async (tx) => {
    const targets = new Map<string, AccessTarget | null>()
    for (const { id, kind } of resources) {
      const typedId = formatId(resourceKind(kind as ResourceKind).idPrefix, id) as ResourceId
      targets.set(id, await readResource(tx, typedId).then(targetOf, () => null))
    }
    return targets
  })
}

/** The control plane's reader. */
export function storeDeciders(
  database: Database,
  tenantId: TenantId,
  seats: readonly Seat[],
): Promise<Map<Seat, Decide>> {
  return database.withTenant(tenantId, async (tx) => {
    const deciders = new Map<Seat, Decide>()
    for (const seat of seats) {
      const facts = await factsOf(tx, tenantId, seat).catch(() => null)
      deciders.set(seat, decider(facts))
    }
    return deciders
  })
}

/** As the door of the control plane loads them. */
export async function factsOf(tx: Tx, tenantId: TenantId, seat: Seat): Promise<AccessFacts> {
  const tenant = await loadTenant(tx, tenantId)
  const account = await findAccount(tx, typed('acct', seat.account))
  const principal = await loadPrincipal(tx, seat.principal)
  const token = seat.token && {
    id: typed('tok', seat.token.id),
    accountId: typed('acct', seat.token.account),
    state: seat.token.state as 'active',
    scopes: seat.token.scopes && storedPermissions(seat.token.scopes),
    ipAllowlist: null,
    lastSeenAt: null,
  }
  return loadFacts(tx, tenant!, account!, principal!, token, new Date())
}

/** What a gateway says of a model, or null where it has nothing to say: of no model, or to no token. */
export type GatewayDecide = (permission: Permission, resource: string | null) => string | null

/** The gateway's reader: a whole tenant, asked by token about models. */
export async function gatewayDeciders(
  database: Database,
  tenantId: TenantId,
  kinds: ReadonlyMap<string, string>,
): Promise<(seat: Seat) => GatewayDecide> {
  const rows = await database
    .withTenant(tenantId, (tx) => loadSnapshot(tx, tenantId), 'repeatable read')
    .catch(() => null)
  if (rows === null) return () => () => null
  const make = () => new TenantSnapshot(rows, vault, () => undefined)
  const snapshots = [make(), make()]
  return ({ account, token }) => {
    if (token === null || token.account !== account) return () => null
    // Asked for the first time, asked again, and asked of another snapshot of the same rows.
    const asked = [snapshots[0]!, snapshots[0]!, snapshots[1]!].map((snapshot) => {
      const entry = snapshot.tokens.get(typed('tok', token.id))
      const facts = entry ? orNull(() => snapshot.factsOf(entry, Date.now())) : null
      return { snapshot, decide: decider(facts) }
    })
    return (permission, resource) => {
      const kind = kinds.get(resource ?? '')
      if (kind !== 'model' && kind !== 'virtual-model') return null
      const id = formatId(resourceKind(kind).idPrefix, resource!)
      const said = asked.map(({ snapshot, decide: ask }) =>
        ask(permission, snapshot.catalogue.find(typed('acct', account), id)?.target ?? null),
      )
      if (new Set(said).size !== 1) throw new Error(`a cache says otherwise: ${said.join(', ')}`)
      return said[0]!
    }
  }
}

/** Null where it can't be made, which a request answers with a refusal as well. */
function orNull<T>(make: () => T): T | null {
  try {
    return make()
  } catch {
    return null
  }
}

function decider(facts: AccessFacts | null): Decide {
  return (permission, target) =>
    facts === null || target === null ? 'error' : decide(facts, permissionBit(permission), target)
}
