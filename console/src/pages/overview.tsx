/** The first page: the setup guide while there is something to set up, then spend and what moved. */
import { useActing } from '../api/acting.ts'
import { AppLink } from '../ui/link.tsx'
import { Page, Section } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { BudgetBurnDown } from './parts/budget-burn-down.tsx'
import { ModelList } from './parts/model-list.tsx'
import { OverviewSpend } from './parts/overview-spend.tsx'
import { RecentUsage } from './parts/recent-usage.tsx'
import { SetupGuide } from './parts/setup-guide.tsx'

export function OverviewPage() {
  const { account, may } = useActing()
  return (
    <Page title="Overview">
      <SetupGuide />
      {may('usage:read') ? (
        <>
          <OverviewSpend />
          {may('budget:read') && <BudgetBurnDown />}
          <RecentUsage />
        </>
      ) : (
        <Section
          title="Models that you can call"
          actions={<AppLink to={paths.playground(account)}>Open the playground</AppLink>}
        >
          <ModelList />
        </Section>
      )}
    </Page>
  )
}
