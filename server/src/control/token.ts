/**
 * Tokens: one implementation, two places. Under a virtual account they are the account's business,
 * and whoever makes, changes or rotates one gets all that the virtual account may do, so he needs at
 * least its power. Personal access tokens are the caller's own; another's does not exist for him.
 *
 * Deleting a token of a virtual account asks for no more than `token:delete`: revoking one that has
 * leaked must not wait for somebody stronger.
 */
import { personalAccessToken, Refusal, token } from '@commonhold/contract'
import { listPermissions, type PrincipalId, uuidOf } from '@commonhold/core'
import { newTokenText } from '../crypto/credential-hash.ts'
import { newId } from '../crypto/new-id.ts'
import {
  deleteToken,
  findToken,
  insertToken,
  listTokens,
  rotateToken,
  type TokenRow,
  updateToken,
} from '../store/token.ts'
import { type Context, type Implementation, implement } from './context.ts'
import { requirePowerOf } from './held-power.ts'
import { listAnswer, pageRequest } from './list.ts'
import { objectOf } from './present.ts'
import { notFound } from './resolve.ts'
import {
  readRestrictions,
  requireNarrower,
  restrictionFields,
  restrictionsOf,
} from './token-restrictions.ts'
import { uniqueName } from './unique-name.ts'
import { resolveVirtualAccount } from './virtual-account.ts'

interface Owner {
  readonly id: PrincipalId
  readonly name: string
}

interface Place {
  readonly kind: 'token' | 'personal-access-token'
  readonly type: 'va' | 'pat'
  readonly contract: typeof token | typeof personalAccessToken
  /** Whose tokens the path is about. */
  ownerOf(c: Context): Promise<Owner>
}

const unrestricted = { scopes: null, ipAllowlist: null, expiresAt: null }

/** A new secret of a token: the text for its owner, the hash for us. */
function newSecret({ services }: Context, { type }: Place, id: TokenRow['id']) {
  const text = newTokenText(type, uuidOf(id))
  return { text, kept: { hash: services.hasher.hash(text), pepperId: services.hasher.pepperId } }
}

async function resolve(c: Context, place: Place): Promise<{ owner: Owner; row: TokenRow }> {
  const owner = await place.ownerOf(c)
  const { token: reference } = c.params as { token: string }
  const row = await findToken(c.tx, c.account.id, owner.id, reference, c.now)
  if (row === null) throw notFound('token')
  return { owner, row }
}

async function reread(c: Context, owner: Owner, id: TokenRow['id']): Promise<TokenRow> {
  return (await findToken(c.tx, c.account.id, owner.id, id, c.now))!
}

function present({ account, now }: Context, { kind }: Place, row: TokenRow) {
  const isExpired = row.expiresAt !== null && row.expiresAt <= now
  return {
    ...objectOf(kind, account.id, row),
    principal: row.principalId,
    state: isExpired ? ('expired' as const) : ('active' as const),
    scopes: row.scopes && listPermissions(row.scopes),
    ipAllowlist: row.ipAllowlist && [...row.ipAllowlist],
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    secrets: isExpired ? 0 : row.secrets,
  }
}

/** Own power is never in question; a virtual account's is needed to get hold of its tokens. */
async function requirePower(c: Context, owner: Owner): Promise<void> {
  if (owner.id !== c.caller.principal.id) await requirePowerOf(c, owner.id)
}

const targetOf = ({ kind }: Place, row: TokenRow) => ({ kind, id: row.id, name: row.name })

const create = (place: Place) =>
  implement(place.contract.create, async (c) => {
    const owner = await place.ownerOf(c)
    const { name, displayName = name } = c.body
    const restrictions = readRestrictions(c.body, unrestricted, c.now)
    await requirePower(c, owner)
    await requireNarrower(c, owner.id, restrictions)
    const id = newId('tok')
    const secret = newSecret(c, place, id)
    const token = {
      ...restrictions,
      tenantId: c.tenantId,
      accountId: c.account.id,
      id,
      principalId: owner.id,
      name,
      displayName,
      createdBy: c.caller.principal.id,
    }

    // Point of no failure, but for a taken name.
    await uniqueName(name, () => insertToken(c.tx, token, secret.kept))
    const row = await reread(c, owner, id)
    const after = { name, displayName, owner: owner.name, ...restrictionFields(restrictions) }
    c.audit({ target: targetOf(place, row), after })
    return { ...present(c, place, row), secret: secret.text }
  })

const list = (place: Place) =>
  implement(place.contract.list, async (c) => {
    const owner = await place.ownerOf(c)
    const page = await listTokens(c.tx, c.account.id, owner.id, pageRequest(c), c.now)
    return listAnswer(c, page, (row) => present(c, place, row))
  })

const get = (place: Place) =>
  implement(place.contract.get, async (c) => present(c, place, (await resolve(c, place)).row))

const update = (place: Place) =>
  implement(place.contract.update, async (c) => {
    const { owner, row: before } = await resolve(c, place)
    c.checkRevision(before.revision)
    const { name = before.name, displayName = before.displayName } = c.body
    const was = restrictionsOf(before)
    const restrictions = readRestrictions(c.body, was, c.now)
    await requirePower(c, owner)
    await requireNarrower(c, owner.id, was)
    await requireNarrower(c, owner.id, restrictions)
    await c.touches({ accounts: [c.account.id], who: { principals: [owner.id] } })

    await uniqueName(name, () =>
      updateToken(c.tx, before.id, { ...restrictions, name, displayName }),
    )
    const row = await reread(c, owner, before.id)
    c.audit({
      target: targetOf(place, row),
      before: { name: before.name, displayName: before.displayName, ...restrictionFields(was) },
      after: { name, displayName, ...restrictionFields(restrictions) },
    })
    return present(c, place, row)
  })

const rotate = (place: Place) =>
  implement(place.contract.rotate, async (c) => {
    const { owner, row: before } = await resolve(c, place)
    const { overlapSeconds } = c.body
    await requirePower(c, owner)
    await requireNarrower(c, owner.id, restrictionsOf(before))
    if (before.expiresAt !== null && before.expiresAt <= c.now) {
      throw new Refusal(
        'refused_by_rule',
        'The token has expired. Give it a later expiresAt first.',
      )
    }
    const ends = overlapSeconds === 0 ? null : new Date(c.now.getTime() + overlapSeconds * 1_000)
    const secret = newSecret(c, place, before.id)
    if (ends === null) {
      const who = { principals: [owner.id] }
      await c.touches({ accounts: [c.account.id], who, tokens: [before.id] })
      const sentence = `The present secret of ${before.name} stops working at once.`
      c.loses({ what: place.kind, id: before.id, sentence })
    }

    await rotateToken(c.tx, c.tenantId, before.id, secret.kept, ends)
    const row = await reread(c, owner, before.id)
    c.audit({ target: targetOf(place, row), after: { rotated: true, overlapSeconds } })
    return { ...present(c, place, row), secret: secret.text }
  })

const remove = (place: Place) =>
  implement(place.contract.delete, async (c) => {
    const { owner, row } = await resolve(c, place)
    if (owner.id === c.caller.principal.id) await requireNarrower(c, owner.id, restrictionsOf(row))
    await c.touches({ accounts: [c.account.id], who: { principals: [owner.id] } })
    const sentence = `What uses ${row.name} of ${owner.name} is refused from the next request on.`
    c.loses({ what: place.kind, id: row.id, sentence })

    await deleteToken(c.tx, row.id)
    c.audit({ target: targetOf(place, row), before: { name: row.name, owner: owner.name } })
  })

const operations = [create, list, get, update, rotate, remove]

const ofVirtualAccounts: Place = {
  kind: 'token',
  type: 'va',
  contract: token,
  ownerOf: (c) => {
    const params = c.params as { 'virtual-account': string }
    return resolveVirtualAccount(c, params['virtual-account'])
  },
}

const personal: Place = {
  kind: 'personal-access-token',
  type: 'pat',
  contract: personalAccessToken,
  // The caller, and nobody that a body or path could name (case A37).
  ownerOf: async ({ caller }) => {
    if (caller.principal.kind !== 'user') {
      throw new Refusal(
        'not_allowed',
        'Personal access tokens are for people. A virtual account has tokens of its own.',
      )
    }
    return caller.principal
  },
}

export const tokenImplementations: readonly Implementation[] = [
  ofVirtualAccounts,
  personal,
].flatMap((place) => operations.map((operation) => operation(place)))
