/** A secret group, with its secrets. Their values are shown only when asked for, one by one. */
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { ResourcePage } from './parts/resource-page.tsx'
import { SecretGroupForm } from './parts/secret-group-form.tsx'
import { SecretList } from './parts/secret-list.tsx'
import { useAfterEdit } from './parts/use-after-edit.ts'

export function SecretGroupPage() {
  const reference = useParam('group')
  const { account } = useActing()
  const query = useOne('secret-group', reference, (account) =>
    client.secretGroup.get({ account, secretGroup: reference }),
  )
  const afterEdit = useAfterEdit(reference, paths.secretGroup)
  return (
    <ResourcePage
      kind="secret-group"
      noun="secret group"
      query={query}
      parent={{ label: 'Secrets', to: paths.secrets(account) }}
      facts={({ description }) => [['Description', description || '–']]}
      tabs={(group) => [
        { id: 'secrets', label: 'Secrets', content: () => <SecretList group={group} /> },
      ]}
      editForm={(group, close) => (
        <SecretGroupForm group={group} close={close} onSaved={afterEdit(close)} />
      )}
      deleteText="The group goes with every secret in it. Their values can’t be had back."
      previewDelete={({ id }) =>
        client.secretGroup.delete({ account, secretGroup: id }, { dryRun: true })
      }
      delete={({ id }) => client.secretGroup.delete({ account, secretGroup: id })}
    />
  )
}
