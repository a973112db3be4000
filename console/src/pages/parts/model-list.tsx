/** Models: all of the account, or those of one provider. */
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../../api/acting.ts'
import { wireName } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { useMayOn } from '../../api/may.ts'
import { useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { NewButton } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { compactCount } from '../../ui/format.ts'
import { AppLink } from '../../ui/link.tsx'
import { useListState } from '../../ui/list-state.ts'
import { ListToolbar } from '../../ui/list-toolbar.tsx'
import { paths } from '../../ui/paths.ts'
import { SharedFilter } from '../../ui/shared-filter.tsx'
import { Tag } from '../../ui/state.tsx'
import { CurrentPrice } from './current-price.tsx'
import { type Model, ModelForm } from './model-form.tsx'

const columns: readonly Column<Model>[] = [
  {
    id: 'name',
    header: 'Model',
    sort: 'name',
    cell: (model) => (
      <>
        {wireName(model)} {model.shared && <Tag>Shared</Tag>}
      </>
    ),
  },
  { id: 'type', header: 'Type', width: 110, from: 'sm', cell: ({ type }) => type },
  {
    id: 'context',
    header: 'Context',
    align: 'right',
    width: 100,
    from: 'md',
    cell: ({ contextTokensMax }) => compactCount(contextTokensMax),
  },
  {
    id: 'price',
    header: 'In / out per million tokens',
    align: 'right',
    width: 210,
    cell: (model) => <CurrentPrice model={model.id} />,
  },
]

interface Provider {
  id: string
  shared: boolean
}

export function ModelList({ provider }: { provider?: Provider }) {
  const { account, may } = useActing()
  const mayConnect = may('provider-account:create')
  const list = useListState('name', ['shared'])
  const query = {
    ...list.query,
    ...(provider === undefined ? {} : { 'filter[providerAccount]': provider.id }),
  }
  const models = useList('model', query, client.model.list)
  return (
    <>
      <ListToolbar
        list={list}
        searchLabel="Search models"
        actions={provider && <NewModel provider={provider} />}
      >
        {provider === undefined && <SharedFilter list={list} />}
      </ListToolbar>
      <DataTable
        label="Models"
        list={list}
        query={models}
        columns={columns}
        rowKey={({ id }) => id}
        rowTo={({ id }) => paths.model(account, id)}
        empty={
          <EmptyState
            title="No models yet"
            action={
              provider === undefined &&
              mayConnect && <AppLink to={paths.providers(account)}>Go to the providers</AppLink>
            }
          >
            {emptyText(provider === undefined, mayConnect)}
          </EmptyState>
        }
      />
    </>
  )
}

function emptyText(isWhole: boolean, mayConnect: boolean): string {
  if (!isWhole) return 'Add each model that people may call, with its price.'
  return mayConnect
    ? 'A model belongs to a provider. Connect a provider, then add the models that people may call.'
    : 'There is none that you may use. Whoever runs this account can grant you one.'
}

export function NewModel({ provider }: { provider?: Provider }) {
  const { account, may } = useActing()
  const navigate = useNavigate()
  const mayInProvider = useMayOn('model', 'create', provider, 'provider-account')
  if (provider === undefined ? !may('model:create') : !mayInProvider) return null
  return (
    <NewButton label="New model">
      {(close) => (
        <ModelForm
          {...(provider === undefined ? {} : { provider: provider.id })}
          close={close}
          onSaved={({ id }) => navigate({ to: paths.model(account, id) })}
        />
      )}
    </NewButton>
  )
}
