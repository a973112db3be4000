/** The audit log of the account: who did what, when, on what; and what was refused. */
import { Page } from '../ui/page.tsx'
import { PageTabs } from '../ui/page-tabs.tsx'
import { AuditEvents } from './parts/audit-events.tsx'
import { Denials } from './parts/denials.tsx'

export function AuditPage() {
  return (
    <Page
      title="Audit"
      description="Every change, written with the change itself and chained by hash: what is edited afterwards shows."
    >
      <PageTabs
        tabs={[
          { id: 'events', label: 'Events', content: () => <AuditEvents /> },
          { id: 'denials', label: 'Refusals', content: () => <Denials /> },
        ]}
      />
    </Page>
  )
}
