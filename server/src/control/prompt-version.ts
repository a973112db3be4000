/**
 * Versions of a prompt: written once, read by number or by label. `latest` is the newest one and
 * needs no label; other labels (production, staging …) are moved by hand.
 */
import { promptVersion as contract, Refusal } from '@commonhold/contract'
import type { Id } from '@commonhold/core'
import {
  deletePromptLabel,
  findPromptVersion,
  insertPromptVersion,
  latestLabel,
  listPromptVersions,
  type PromptContent,
  type PromptVersionRow,
  putPromptLabel,
} from '../store/prompt-version.ts'
import type { ResourceRow } from '../store/resource.ts'
import { type Context, implement } from './context.ts'
import { listAnswer, pageRequest } from './list.ts'
import { notFound } from './resolve.ts'
import { type Spec, targetOf } from './resource.ts'

const labelPattern = /^[a-z][a-z0-9-]{0,62}$/

async function resolveVersion(c: Pick<Context, 'tx'>, prompt: ResourceRow, reference: string) {
  const row = await findPromptVersion(c.tx, prompt.id, reference)
  if (row === null) throw notFound('version of this prompt')
  return row
}

const create = implement(contract.create, async (c) => {
  const row = await insertPromptVersion(c.tx, {
    tenantId: c.tenantId,
    promptId: c.object!.id,
    content: c.body.content as PromptContent,
    note: c.body.note ?? '',
    createdBy: c.caller.principal.id,
  })
  auditBoth(c as Context, { after: { version: row.version, note: row.note } })
  return present(c.object!, row)
})

const list = implement(contract.list, async (c) => {
  const prompt = c.object!
  const page = await listPromptVersions(c.tx, prompt.id, pageRequest(c))
  return listAnswer(c, page, (row) => present(prompt, row))
})

const get = implement(contract.get, async (c) =>
  present(c.object!, await resolveVersion(c, c.object!, c.params.version)),
)

const label = implement(contract.label, async (c) => {
  const prompt = c.object!
  const { label } = c.params
  assertLabel(label)
  const { version } = await resolveVersion(c, prompt, String(c.body.version))
  const before = await findPromptVersion(c.tx, prompt.id, label)

  await putPromptLabel(c.tx, { tenantId: c.tenantId, promptId: prompt.id, label, version })
  auditBoth(c as Context, {
    before: { label, version: before?.version ?? null },
    after: { label, version },
  })
  return present(prompt, await resolveVersion(c, prompt, String(version)))
})

const unlabel = implement(contract.unlabel, async (c) => {
  const prompt = c.object!
  const { label } = c.params
  assertLabel(label)
  const version = await deletePromptLabel(c.tx, prompt.id, label)
  if (version === null) throw notFound('label of this prompt')
  c.loses({ what: 'label', id: label, sentence: `Whoever asks for ${label} finds no version.` })
  auditBoth(c as Context, { before: { label, version } })
})

/** @throws refused_by_rule */
function assertLabel(text: string): void {
  if (text === latestLabel) {
    throw new Refusal(
      'refused_by_rule',
      'latest always means the newest version. Use another label.',
    )
  }
  if (labelPattern.test(text)) return
  throw new Refusal(
    'refused_by_rule',
    'A label is 1 to 63 letters: a-z, 0-9 and dashes, and begins with a letter.',
  )
}

/** In the acting account, and in the owner's if the prompt is shared. */
function auditBoth(c: Context, fields: { before?: Spec; after?: Spec }): void {
  const prompt = c.object!
  for (const account of new Set([c.account.id, prompt.accountId])) {
    c.audit({ target: targetOf(prompt), ...fields, account })
  }
}

function present(prompt: ResourceRow, row: PromptVersionRow) {
  return {
    prompt: prompt.id as Id<'prm'>,
    version: row.version,
    content: row.content as never,
    note: row.note,
    labels: [...row.labels],
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
  }
}

export const promptVersionImplementations = [create, list, get, label, unlabel]
