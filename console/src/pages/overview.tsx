/** The first page: the setup guide while there is something to set up, then spend and what moved. */
import { Skeleton } from '@mantine/core'
import { useActing } from '../api/acting.ts'
import { AppLink } from '../ui/link.tsx'
import { Page, Section } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { BudgetBurnDown } from './parts/budget-burn-down.tsx'
import { ModelList } from './parts/model-list.tsx'
import { Notices } from './parts/notices.tsx'
import { OverviewSpend } from './parts/overview-spend.tsx'
import { RecentUsage } from './parts/recent-usage.tsx'
import { SetupGuide } from './parts/setup-guide.tsx'
import { useSetup } from './parts/setup-state.ts'

const LOADING_HEIGHT_PX = 320

export function OverviewPage() {
  const setup = useSetup()
  const isFresh = setup.show === 'guide' && !setup.state.hasCall
  return (
    <Page title="Overview">
      <Notices />
      {setup.show === 'guide' && <SetupGuide state={setup.state} dismiss={setup.dismiss} />}
      {setup.show === 'loading' && <Skeleton height={LOADING_HEIGHT_PX} />}
      {setup.show !== 'loading' && !isFresh && <Moving />}
    </Page>
  )
}

/** What moves once there is something to move. */
function Moving() {
  const { account, may } = useActing()
  if (may('usage:read')) {
    return (
      <>
        <OverviewSpend />
        {may('budget:read') && <BudgetBurnDown />}
        <RecentUsage />
      </>
    )
  }
  return (
    <Section
      title="Models that you can call"
      actions={<AppLink to={paths.playground(account)}>Open the playground</AppLink>}
    >
      <ModelList />
    </Section>
  )
}
