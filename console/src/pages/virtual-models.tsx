/** Virtual models: names that route to other models. */
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
import { VirtualModelForm } from './parts/virtual-model-form.tsx'
import { strategyLabels, type VirtualModel } from './parts/virtual-model-labels.ts'

const columns: readonly Column<VirtualModel>[] = [
  nameColumn('Virtual model'),
  { id: 'strategy', header: 'Chooses', width: 160, cell: (one) => strategyLabels[one.strategy] },
  {
    id: 'targets',
    header: 'Targets',
    from: 'sm',
    cell: ({ targets }) => targets.map(({ model }) => model).join(', '),
  },
  createdColumn(),
]

export function VirtualModelsPage() {
  const { account, may } = useActing()
  const navigate = useNavigate()
  const list = useListState('name', ['shared'])
  const query = useList('virtual-model', list.query, client.virtualModel.list)
  const create = may('virtual-model:create') && (
    <NewButton label="New virtual model">
      {(close) => (
        <VirtualModelForm
          close={close}
          onSaved={({ name }) => navigate({ to: paths.virtualModel(account, name) })}
        />
      )}
    </NewButton>
  )
  return (
    <Page title="Virtual models" actions={create}>
      <ListToolbar list={list} searchLabel="Search virtual models">
        <SharedFilter list={list} />
      </ListToolbar>
      <DataTable
        label="Virtual models"
        list={list}
        query={query}
        columns={columns}
        rowKey={({ id }) => id}
        rowTo={(one) => paths.virtualModel(account, referenceTo(one))}
        empty={
          <EmptyState title="No virtual models yet">
            A virtual model is a name of your own that routes to other models: in order, so that the
            next one answers when one fails, by weight or by latency. Programs keep the name when
            the model behind it changes.
          </EmptyState>
        }
      />
    </Page>
  )
}
