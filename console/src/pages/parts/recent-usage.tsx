/** The last calls, as they come in. */
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { AppLink } from '../../ui/link.tsx'
import { Section } from '../../ui/page.tsx'
import { paths } from '../../ui/paths.ts'
import { usageColumns } from './usage-columns.tsx'

const CALLS_SHOWN = 8
const REFRESH_MS = 5_000

export function RecentUsage() {
  const { account } = useActing()
  const usage = useList('usage', { limit: CALLS_SHOWN, sort: '-at' }, client.usage.list, {
    refetchIntervalMs: REFRESH_MS,
  })
  return (
    <Section title="Latest calls" actions={<AppLink to={paths.usage(account)}>All usage</AppLink>}>
      <DataTable
        label="Latest calls"
        query={usage}
        columns={usageColumns}
        rowKey={(use) => use.id}
        empty={
          <EmptyState
            title="No calls yet"
            action={<AppLink to={paths.playground(account)}>Open the playground</AppLink>}
          >
            Calls appear here within seconds, with their tokens and their cost.
          </EmptyState>
        }
      />
    </Section>
  )
}
