/** Versions of prompts, written once, and the labels that point at them. */
import type { ResourceId, TenantId } from '@commonhold/core'
import { sql } from 'kysely'
import { type Tx, uuid } from './database.ts'
import { fetchPage, type PageRequest } from './page.ts'

/** Always means the newest version; nobody can point it elsewhere. */
export const latestLabel = 'latest'

export interface PromptContent {
  readonly messages: readonly { role: 'system' | 'user' | 'assistant'; content: string }[]
  readonly model?: string | undefined
  readonly parameters?: Record<string, unknown> | undefined
}

export interface PromptVersionRow {
  readonly version: number
  readonly content: PromptContent
  readonly note: string
  readonly labels: readonly string[]
  readonly createdAt: Date
  readonly createdBy: string
}

const selectVersion = (tx: Tx, promptId: ResourceId) =>
  tx
    .selectFrom('promptVersion')
    .where('promptVersion.resourceId', '=', uuid(promptId))
    .select(['version', 'content', 'note', 'createdAt', 'createdBy'])
    .select([
      sql<string[]>`array(select l.label from prompt_label l
        where l.resource_id = prompt_version.resource_id and l.version = prompt_version.version
        order by l.label)`.as('labels'),
      sql<number>`(select max(v.version) from prompt_version v
        where v.resource_id = prompt_version.resource_id)`.as('newest'),
    ])

type DatabaseRow = Awaited<ReturnType<ReturnType<typeof selectVersion>['executeTakeFirstOrThrow']>>

function fromRow({ newest, content, labels, ...row }: DatabaseRow): PromptVersionRow {
  return {
    ...row,
    content: content as PromptContent,
    labels: row.version === newest ? [latestLabel, ...labels] : labels,
  }
}

/** Adds the next version. Under the tenant's lock, so that no two get the same number. */
export async function insertPromptVersion(
  tx: Tx,
  version: {
    tenantId: TenantId
    promptId: ResourceId
    content: PromptContent
    note: string
    createdBy: string
  },
): Promise<PromptVersionRow> {
  const promptUuid = uuid(version.promptId)
  const { version: number } = await tx
    .insertInto('promptVersion')
    .values({
      tenantId: uuid(version.tenantId),
      resourceId: promptUuid,
      version: sql<number>`(select coalesce(max(version), 0) + 1 from prompt_version
        where resource_id = ${promptUuid})`,
      content: JSON.stringify(version.content),
      note: version.note,
      createdBy: version.createdBy,
    })
    .returning('version')
    .executeTakeFirstOrThrow()
  return (await findPromptVersion(tx, version.promptId, String(number)))!
}

/** @param reference a version's number, a label, or `latest` */
export async function findPromptVersion(
  tx: Tx,
  promptId: ResourceId,
  reference: string,
): Promise<PromptVersionRow | null> {
  let query = selectVersion(tx, promptId)
  if (/^[1-9]\d{0,8}$/.test(reference)) query = query.where('version', '=', Number(reference))
  else if (reference === latestLabel) query = query.orderBy('version', 'desc').limit(1)
  else {
    query = query.where(
      sql<boolean>`prompt_version.version = (select l.version from prompt_label l
        where l.resource_id = prompt_version.resource_id and l.label = ${reference})`,
    )
  }
  const row = await query.executeTakeFirst()
  return row ? fromRow(row) : null
}

export async function listPromptVersions(tx: Tx, promptId: ResourceId, request: PageRequest) {
  const columns = { version: { column: 'prompt_version.version', type: 'bigint' } } as const
  const id = 'prompt_version.version'
  const page = await fetchPage(selectVersion(tx, promptId), request, columns, id, 'bigint')
  return { ...page, rows: page.rows.map(fromRow) }
}

/** Points the label at the version, wherever it pointed before. */
export async function putPromptLabel(
  tx: Tx,
  label: { tenantId: TenantId; promptId: ResourceId; label: string; version: number },
): Promise<void> {
  const { tenantId, promptId, version } = label
  await tx
    .insertInto('promptLabel')
    .values({
      tenantId: uuid(tenantId),
      resourceId: uuid(promptId),
      label: label.label,
      version,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenantId', 'resourceId', 'label']).doUpdateSet({ version }),
    )
    .execute()
}

/** @returns the version that it pointed at, null where there was no such label */
export async function deletePromptLabel(
  tx: Tx,
  promptId: ResourceId,
  label: string,
): Promise<number | null> {
  const row = await tx
    .deleteFrom('promptLabel')
    .where('resourceId', '=', uuid(promptId))
    .where('label', '=', label)
    .returning('version')
    .executeTakeFirst()
  return row?.version ?? null
}
