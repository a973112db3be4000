/** An account at a model vendor, with its models. */
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { ModelList } from './parts/model-list.tsx'
import { ProviderForm } from './parts/provider-form.tsx'
import { providerKinds } from './parts/provider-kinds.ts'
import { ResourcePage } from './parts/resource-page.tsx'
import { useAfterEdit } from './parts/use-after-edit.ts'

export function ProviderPage() {
  const reference = useParam('provider')
  const { account } = useActing()
  const query = useOne('provider-account', reference, (account) =>
    client.providerAccount.get({ account, providerAccount: reference }),
  )
  const afterEdit = useAfterEdit(reference, paths.provider)
  return (
    <ResourcePage
      kind="provider-account"
      noun="provider"
      query={query}
      parent={{ label: 'Providers', to: paths.providers(account) }}
      facts={({ provider, baseUrl, region, project }) => [
        ['Type', providerKinds[provider].label],
        provider !== 'sandbox' && [
          'Base URL',
          <span key="url" className="mono">
            {baseUrl ?? '–'}
          </span>,
        ],
        region !== undefined && ['Region', region],
        project !== undefined && ['Project', project],
        provider !== 'sandbox' && ['Keys', 'Encrypted, never shown'],
      ]}
      tabs={(provider) => [
        { id: 'models', label: 'Models', content: () => <ModelList provider={provider} /> },
      ]}
      editForm={(provider, close) => (
        <ProviderForm provider={provider} close={close} onSaved={afterEdit(close)} />
      )}
      deleteText="The provider goes with its key, its models, and every grant and share of them. What was used stays on record."
      previewDelete={({ id }) =>
        client.providerAccount.delete({ account, providerAccount: id }, { dryRun: true })
      }
      delete={({ id }) => client.providerAccount.delete({ account, providerAccount: id })}
    />
  )
}
