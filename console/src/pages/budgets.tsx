/** Budgets (money per period) and usage limits (requests, tokens, concurrency), and who hears of them. */
import { useActing } from '../api/acting.ts'
import { Page } from '../ui/page.tsx'
import { PageTabs } from '../ui/page-tabs.tsx'
import { BudgetList } from './parts/budget-list.tsx'
import { LimitList } from './parts/limit-list.tsx'
import { WebhookList } from './parts/webhook-list.tsx'

export function BudgetsPage() {
  const { may } = useActing()
  return (
    <Page
      title="Budgets and limits"
      description="Asked before every call: what does not fit into all of them is refused before it costs anything."
    >
      <PageTabs
        tabs={[
          { id: 'budgets', label: 'Budgets', content: () => <BudgetList /> },
          may('usage-limit:read') && {
            id: 'limits',
            label: 'Usage limits',
            content: () => <LimitList />,
          },
          may('account:read') && {
            id: 'webhooks',
            label: 'Webhooks',
            content: () => <WebhookList />,
          },
        ]}
      />
    </Page>
  )
}
