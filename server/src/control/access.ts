/**
 * Questions to the access rule: may somebody do something, and why (not). The answer is `decide`
 * itself, the function that every request is decided by, and never a second opinion.
 */
import { access as contract } from '@commonhold/contract'
import { decide, explain as explainConditions, has, listPermissions } from '@commonhold/core'
import { type GrantRow, grantsTo } from '../store/grant.ts'
import { principalNames } from '../store/principal-name.ts'
import { type ShareRow, sharesCovering } from '../store/share.ts'
import { type Context, implement } from './context.ts'
import { type Answered, summary, tell } from './explain-sentences.ts'
import { objectName } from './grant.ts'
import { type Question, readQuestion } from './question.ts'

const check = implement(contract.check, async (c) => {
  const { facts, permission, target } = await readQuestion(c)
  const verdict = decide(facts, permission, target)
  return { allowed: verdict === 'allowed', verdict }
})

const explain = implement(contract.explain, async (c) => {
  const question = await readQuestion(c)
  const { facts, permission, target } = question
  const grants = await carryingGrants(c, question)
  const share = await coveringShare(c, question)
  const makers = [...grants, ...(share ? [share] : [])].map((one) => one.createdBy)
  const answered: Answered = {
    ...question,
    account: c.account,
    token: question.isSelf ? c.caller.token : null,
    verdict: decide(facts, permission, target),
    grants,
    share,
    names: await principalNames(c.tx, makers),
  }
  const conditions = explainConditions(facts, permission, target).map((one) => tell(answered, one))
  return {
    allowed: answered.verdict === 'allowed',
    verdict: answered.verdict,
    sentence: summary(answered, conditions),
    conditions,
    grants: grants.map((grant) => presentGrant(c, grant)),
    share: share && presentShare(share),
  }
})

/** The grants, to the principal or its teams, that carry the permission on what is asked about. */
async function carryingGrants(
  { tx, account, now }: Pick<Context, 'tx' | 'account' | 'now'>,
  { principal, permission, target, teams }: Question,
): Promise<GrantRow[]> {
  const granted: GrantRow[] = []
  for (const { id } of [principal, ...teams]) {
    granted.push(...(await grantsTo(tx, account.id, id)))
  }
  return granted.filter(({ object, role, expiresAt }) => {
    if (expiresAt !== null && expiresAt <= now) return false
    if (!has(role.permissions, permission)) return false
    if (object.type === 'account') return true
    if (object.type === 'kind') return object.kind === permission.kind
    return object.id !== null && target.path.includes(object.id)
  })
}

/** The share that the answer rests on: one that allows it if there is one, else the nearest. */
async function coveringShare(
  { tx, account }: Pick<Context, 'tx' | 'account'>,
  { permission, target }: Question,
): Promise<ShareRow | null> {
  if (target.ownerId === account.id) return null
  const shares = await sharesCovering(tx, account.id, target.path)
  return shares.find((share) => has(share.permissions, permission)) ?? shares[0] ?? null
}

function presentGrant(c: Pick<Context, 'account'>, grant: GrantRow) {
  return {
    grant: grant.id,
    role: grant.role.name,
    subject: grant.subject,
    object: objectName(c.account, grant),
    createdAt: grant.createdAt.toISOString(),
    createdBy: grant.createdBy,
  }
}

function presentShare(share: ShareRow) {
  return {
    id: share.id,
    createdAt: share.createdAt.toISOString(),
    createdBy: share.createdBy,
    permissions: listPermissions(share.permissions),
  }
}

export const accessImplementations = [check, explain]
