/** A model: how it is called, what it costs and has cost, who reaches it. */
import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { FlaskConical } from 'lucide-react'
import { useActing } from '../api/acting.ts'
import { wireName } from '../api/choices.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { Copyable } from '../ui/copy.tsx'
import { count } from '../ui/format.ts'
import { AppLink } from '../ui/link.tsx'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { type Model, ModelForm } from './parts/model-form.tsx'
import { PriceHistory } from './parts/price-history.tsx'
import { ResourcePage } from './parts/resource-page.tsx'
import { useAfterEdit } from './parts/use-after-edit.ts'

export function ModelPage() {
  const reference = useParam('model')
  const { account } = useActing()
  const query = useOne('model', reference, (account) =>
    client.model.get({ account, model: reference }),
  )
  const afterEdit = useAfterEdit(reference, paths.model)
  return (
    <ResourcePage
      kind="model"
      noun="model"
      query={query}
      title={wireName}
      parent={{ label: 'Models', to: paths.models(account) }}
      facts={(model) => facts(model, account)}
      below={(model) => <PriceHistory model={model} />}
      actions={(model) => model.type === 'chat' && <TryIt model={model} />}
      editForm={(model, close) => (
        <ModelForm model={model} close={close} onSaved={afterEdit(close)} />
      )}
      deleteText="Whoever calls it is refused at once. What was used stays on record."
      previewDelete={({ id }) => client.model.delete({ account, model: id }, { dryRun: true })}
      delete={({ id }) => client.model.delete({ account, model: id })}
      usageBy="model"
    />
  )
}

function facts(model: Model, account: string) {
  return [
    ['Called as', <Copyable key="wire" value={wireName(model)} label="Copy what callers write" />],
    [
      'Provider',
      <AppLink key="provider" to={paths.provider(account, model.providerAccount)}>
        {model.providerAccount}
      </AppLink>,
    ],
    [
      'The vendor’s name',
      <span key="upstream" className="mono">
        {model.upstreamModel}
      </span>,
    ],
    ['Type', model.type],
    ['Context', `${count(model.contextTokensMax)} tokens`],
    ['Longest answer', `${count(model.outputTokensMax)} tokens`],
  ] as const
}

function TryIt({ model }: { model: Model }) {
  const { account } = useActing()
  const navigate = useNavigate()
  return (
    <Button
      leftSection={<FlaskConical size={13} aria-hidden />}
      onClick={() =>
        navigate({ to: paths.playground(account), search: { model: wireName(model) } })
      }
    >
      Try it
    </Button>
  )
}
