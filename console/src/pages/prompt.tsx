/** A prompt with its versions. */
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { PromptForm } from './parts/prompt-form.tsx'
import { PromptVersions } from './parts/prompt-versions.tsx'
import { ResourcePage } from './parts/resource-page.tsx'
import { useAfterEdit } from './parts/use-after-edit.ts'

export function PromptPage() {
  const reference = useParam('prompt')
  const { account } = useActing()
  const query = useOne('prompt', reference, (account) =>
    client.prompt.get({ account, prompt: reference }),
  )
  const afterEdit = useAfterEdit(reference, paths.prompt)
  return (
    <ResourcePage
      kind="prompt"
      noun="prompt"
      query={query}
      parent={{ label: 'Prompts', to: paths.prompts(account) }}
      facts={({ description }) => [['Description', description || '–']]}
      tabs={(prompt) => [
        { id: 'versions', label: 'Versions', content: () => <PromptVersions prompt={prompt} /> },
      ]}
      editForm={(prompt, close) => (
        <PromptForm prompt={prompt} close={close} onSaved={afterEdit(close)} />
      )}
      deleteText="The prompt goes with all of its versions and labels."
      previewDelete={({ id }) => client.prompt.delete({ account, prompt: id }, { dryRun: true })}
      delete={({ id }) => client.prompt.delete({ account, prompt: id })}
    />
  )
}
