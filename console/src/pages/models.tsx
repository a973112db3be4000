/** Every model that can be called in the account. */
import { Page } from '../ui/page.tsx'
import { ModelList, NewModel } from './parts/model-list.tsx'

export function ModelsPage() {
  return (
    <Page title="Models" actions={<NewModel />}>
      <ModelList />
    </Page>
  )
}
