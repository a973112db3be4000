/** What one object has used or was used for, newest first; it moves without a reload. */
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListState } from '../../ui/list-state.ts'
import { usageColumns } from './usage-columns.tsx'

const REFRESH_MS = 10_000

interface UsageTabProps {
  by: 'model' | 'user' | 'virtualAccount' | 'team'
  id: string
}

export function UsageTab({ by, id }: UsageTabProps) {
  const list = useListState('-at')
  const query = { ...list.query, [`filter[${by}]`]: id }
  const usage = useList('usage', query, client.usage.list, { refetchIntervalMs: REFRESH_MS })
  return (
    <DataTable
      label="Usage"
      list={list}
      query={usage}
      columns={usageColumns}
      rowKey={(use) => use.id}
      empty={
        <EmptyState title="Nothing used yet">
          Each call of a model is listed here within seconds, with its tokens and its cost.
        </EmptyState>
      }
    />
  )
}
