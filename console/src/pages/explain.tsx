/**
 * Explain: who may do what on what, and why. Asked three ways: why somebody can or can't, who can, and
 * what somebody can reach. The question is in the address, so an answer can be sent.
 */
import { useActing } from '../api/acting.ts'
import { Page } from '../ui/page.tsx'
import { PageTabs } from '../ui/page-tabs.tsx'
import { ASKED_KEPT } from './parts/explain-question.ts'
import { WhatCan } from './parts/what-can.tsx'
import { WhoCan } from './parts/who-can.tsx'
import { WhyCan } from './parts/why-can.tsx'

export function ExplainPage() {
  const { may } = useActing()
  return (
    <Page
      title="Explain"
      description="Ask the access rule itself: the answer is the one that a request would get now."
    >
      <PageTabs
        keep={ASKED_KEPT}
        tabs={[
          { id: 'why', label: 'Why', content: () => <WhyCan /> },
          may('grant:read') && {
            id: 'who',
            label: 'Who can reach this',
            content: () => <WhoCan />,
          },
          { id: 'what', label: 'What can be reached', content: () => <WhatCan /> },
        ]}
      />
    </Page>
  )
}
