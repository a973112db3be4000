/** A virtual model and where it routes to. */
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { Copyable } from '../ui/copy.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Section } from '../ui/page.tsx'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { ResourcePage } from './parts/resource-page.tsx'
import { optionsOf } from './parts/target-options.tsx'
import { useAfterEdit } from './parts/use-after-edit.ts'
import { failureSentence } from './parts/virtual-model-failures.tsx'
import { VirtualModelForm } from './parts/virtual-model-form.tsx'
import { stickyLabels, strategyLabels, type VirtualModel } from './parts/virtual-model-labels.ts'

export function VirtualModelPage() {
  const reference = useParam('virtualModel')
  const { account } = useActing()
  const query = useOne('virtual-model', reference, (account) =>
    client.virtualModel.get({ account, virtualModel: reference }),
  )
  const afterEdit = useAfterEdit(reference, paths.virtualModel)
  return (
    <ResourcePage
      kind="virtual-model"
      noun="virtual model"
      query={query}
      parent={{ label: 'Virtual models', to: paths.virtualModels(account) }}
      facts={(one) => [
        ['Called as', <Copyable key="name" value={one.name} label="Copy what callers write" />],
        ['Chooses', strategyLabels[one.strategy]],
        ...(one.strategy === 'priority'
          ? []
          : [['Stays together', stickyLabels[one.sticky ?? 'off']] as const]),
        ['When one fails', failureSentence(one)],
      ]}
      below={(one) => <Targets of={one} />}
      editForm={(one, close) => (
        <VirtualModelForm virtualModel={one} close={close} onSaved={afterEdit(close)} />
      )}
      deleteText="Whoever calls it is refused at once. The models behind it stay."
      previewDelete={({ id }) =>
        client.virtualModel.delete({ account, virtualModel: id }, { dryRun: true })
      }
      delete={({ id }) => client.virtualModel.delete({ account, virtualModel: id })}
    />
  )
}

interface Row {
  place: number
  model: string
  weight: number
  share: string
  options: string
}

function Targets({ of: { targets, strategy } }: { of: VirtualModel }) {
  const sum = targets.reduce((all, { weight }) => all + weight, 0)
  const items = targets.map((target, at): Row => {
    const { model, weight } = target
    const share = sum === 0 ? 0 : Math.round((weight / sum) * 100)
    const options = optionsOf(target).join(', ')
    return { place: at + 1, model, weight, share: `${share} %`, options }
  })
  const columns: Column<Row>[] = [
    {
      id: 'place',
      header: strategy === 'priority' ? 'Order' : '',
      width: 70,
      cell: (r) => r.place,
    },
    { id: 'model', header: 'Model', cell: ({ model }) => model },
    ...(items.some(({ options }) => options !== '')
      ? [{ id: 'options', header: 'Asked with', cell: (r: Row) => r.options } as Column<Row>]
      : []),
    ...(strategy === 'priority'
      ? []
      : [
          {
            id: 'weight',
            header: 'Weight',
            align: 'right',
            width: 90,
            cell: (r) => r.weight,
          } as Column<Row>,
        ]),
    ...(strategy === 'weighted'
      ? [
          {
            id: 'share',
            header: 'Calls',
            align: 'right',
            width: 90,
            cell: (r) => r.share,
          } as Column<Row>,
        ]
      : []),
  ]
  return (
    <Section
      title="Targets"
      description="A caller needs the permission to use the target as well; each attempt is priced as its own model."
    >
      <DataTable
        label="Targets"
        query={{ data: { items, nextCursor: null }, error: null, refetch: () => {} }}
        columns={columns}
        rowKey={({ place }) => String(place)}
        empty={null}
      />
    </Section>
  )
}
