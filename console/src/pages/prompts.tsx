/** Prompts: kept in versions that never change, with labels that point at one of them. */
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useList } from '../api/query.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { NewButton } from '../ui/drawer.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useListState } from '../ui/list-state.ts'
import { ListToolbar } from '../ui/list-toolbar.tsx'
import { Page } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { createdColumn, nameColumn, referenceTo } from '../ui/resource-columns.tsx'
import { SharedFilter } from '../ui/shared-filter.tsx'
import { type Prompt, PromptForm } from './parts/prompt-form.tsx'

const columns: readonly Column<Prompt>[] = [
  nameColumn('Prompt'),
  { id: 'description', header: 'Description', from: 'sm', cell: (prompt) => prompt.description },
  createdColumn(),
]

export function PromptsPage() {
  const { account, may } = useActing()
  const navigate = useNavigate()
  const list = useListState('name', ['shared'])
  const prompts = useList('prompt', list.query, client.prompt.list)
  const create = may('prompt:create') && (
    <NewButton label="New prompt">
      {(close) => (
        <PromptForm
          close={close}
          onSaved={({ name }) =>
            navigate({ to: paths.prompt(account, name), search: { new: 'true' } })
          }
        />
      )}
    </NewButton>
  )
  return (
    <Page title="Prompts" actions={create}>
      <ListToolbar list={list} searchLabel="Search prompts">
        <SharedFilter list={list} />
      </ListToolbar>
      <DataTable
        label="Prompts"
        list={list}
        query={prompts}
        columns={columns}
        rowKey={({ id }) => id}
        rowTo={(prompt) => paths.prompt(account, referenceTo(prompt))}
        empty={
          <EmptyState title="No prompts yet">
            Keep prompts here instead of in code: each change is a version, and a label such as
            “production” says which one counts.
          </EmptyState>
        }
      />
    </Page>
  )
}
