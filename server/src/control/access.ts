/**
 * Questions to the access rule: may somebody do something, why (not), and what would change that. The
 * answer is `decide` itself, the function that every request is decided by, and never a second
 * opinion.
 */
import { access as contract } from '@commonhold/contract'
import { decide, explain as explainConditions, has } from '@commonhold/core'
import { carryingGrants, type GrantRow } from '../store/grant.ts'
import { principalNames } from '../store/principal-name.ts'
import { type ShareRow, sharesCovering } from '../store/share.ts'
import { named, rawChain, tellable } from './access-chain.ts'
import { remediesOf } from './access-remedy.ts'
import { type Context, implement } from './context.ts'
import { type Answered, summary, tell } from './explain-sentences.ts'
import { type Question, readQuestion } from './question.ts'

const check = implement(contract.check, async (c) => {
  const { facts, permission, target } = await readQuestion(c)
  const verdict = decide(facts, permission, target)
  return { allowed: verdict === 'allowed', verdict }
})

const explain = implement(contract.explain, async (c) => {
  const question = await readQuestion(c)
  const { facts, permission, target, principal } = question
  const unnamed: Answered = {
    ...question,
    account: c.account,
    verdict: decide(facts, permission, target),
    grants: await grantsBehind(c, question),
    share: await coveringShare(c, question),
    names: new Map(),
  }
  const raw = await rawChain(c, unnamed)
  const makers = raw.flatMap(({ made }) => made?.by ?? [])
  const answered = { ...unnamed, names: await principalNames(c.tx, makers) }
  const conditions = explainConditions(facts, permission, target).map((one) => tell(answered, one))
  return {
    allowed: answered.verdict === 'allowed',
    verdict: answered.verdict,
    sentence: summary(answered, conditions),
    permission: permission.permission,
    principal: { id: principal.id, kind: principal.kind, name: principal.name },
    conditions,
    chain: raw.map((link) => named(link, answered.names)),
    moreGrants: answered.grants.length - tellable(answered).length,
    remedies: await remediesOf(c, answered),
  }
})

/** The grants, to the principal or its teams, that carry the permission on what is asked about. */
async function grantsBehind(
  { tx, account, now }: Pick<Context, 'tx' | 'account' | 'now'>,
  { principal, permission, target, teams }: Question,
): Promise<GrantRow[]> {
  const subjects = [principal.id, ...teams.map(({ id }) => id)]
  return carryingGrants(tx, account.id, subjects, permission, target.path, now)
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

export const accessImplementations = [check, explain]
