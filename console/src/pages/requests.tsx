/** Requests: what was asked of the gateway and what became of it, refused calls included. */
import { Button } from '@mantine/core'
import { Settings2 } from 'lucide-react'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { SideDrawer, useDrawer } from '../ui/drawer.tsx'
import { ErrorState } from '../ui/empty-state.tsx'
import { Page } from '../ui/page.tsx'
import { rangeIn } from '../ui/range.ts'
import { RangeControl } from '../ui/range-control.tsx'
import { useSearchState } from '../ui/search.ts'
import { OwnRequests, RequestList } from './parts/request-list.tsx'
import { modeText, RequestLogForm } from './parts/request-log-form.tsx'

export function RequestsPage() {
  const { may } = useActing()
  return may('request-log:read') ? <AllRequests /> : <OwnPage />
}

function OwnPage() {
  const [search] = useSearchState()
  const range = rangeIn(search)
  return (
    <Page
      title="Requests"
      description="Your own calls. Those of others are for people who may read the log."
      actions={<RangeControl range={range} />}
    >
      <OwnRequests range={range} />
    </Page>
  )
}

function AllRequests() {
  const [search] = useSearchState()
  const { may } = useActing()
  const range = rangeIn(search)
  const settings = useDrawer('settings')
  const setting = useOne('gateway-setting', 'own', (account) =>
    client.gatewaySetting.get({ account }),
  )
  const log = setting.data?.requestLog
  const canChange = may('account:manage') && log !== undefined
  return (
    <Page
      title="Requests"
      description={log && modeText(log)}
      actions={
        <>
          <RangeControl range={range} />
          {canChange && (
            <Button
              leftSection={<Settings2 size={14} aria-hidden />}
              onClick={() => settings.open()}
            >
              What is kept
            </Button>
          )}
        </>
      }
    >
      {setting.error && <ErrorState error={setting.error} retry={setting.refetch} />}
      {log && (
        <RequestList
          range={range}
          isOff={log.mode === 'off'}
          {...(canChange ? { openSettings: () => settings.open() } : {})}
        />
      )}
      {setting.data && (
        <SideDrawer title="What is kept" opened={settings.opened} close={settings.close}>
          <RequestLogForm setting={setting.data} close={settings.close} />
        </SideDrawer>
      )}
    </Page>
  )
}
