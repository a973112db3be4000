/**
 * An account as an object of the tenant: boundary, budget, bill, state. What the account owns is not
 * here: for that one joins it, which its admins are told.
 */
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { Confirm, type Confirmation } from '../ui/confirm.tsx'
import { Copyable } from '../ui/copy.tsx'
import { Details, DetailsSkeleton } from '../ui/details.tsx'
import { SideDrawer, useDrawer } from '../ui/drawer.tsx'
import { ErrorState } from '../ui/empty-state.tsx'
import { counted } from '../ui/format.ts'
import { AppLink } from '../ui/link.tsx'
import { Money } from '../ui/money.tsx'
import { Page, Section } from '../ui/page.tsx'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { PermissionList } from '../ui/permission-list.tsx'
import { State } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'
import { AccountActions } from './parts/account-actions.tsx'
import { type Account, budgetText } from './parts/account-values.ts'
import { AdjustForm } from './parts/credit-form.tsx'

export function AccountPage() {
  const name = useParam('name')
  const { account } = useActing()
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const query = useOne('account', name, () => client.account.get({ account: name }))
  const parent = { label: 'Accounts', to: paths.accounts(account) }
  const one = query.data
  if (query.error) {
    return (
      <Page title="Account" parent={parent}>
        <ErrorState error={query.error} retry={query.refetch} />
      </Page>
    )
  }
  return (
    <Page
      title={one?.displayName}
      parent={parent}
      badge={one && <State state={one.state} />}
      actions={one && <AccountActions one={one} ask={setAsked} />}
    >
      {one === undefined ? <DetailsSkeleton /> : <Overview one={one} />}
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Page>
  )
}

function Overview({ one }: { one: Account }) {
  const { account } = useActing()
  return (
    <>
      <Details
        facts={[
          ['Name', <Copyable key="name" value={one.name} label="Copy the name" />],
          ['Budget', budgetText(one)],
          ['Spent this month', <Bill key="bill" account={one.name} />],
          ['Created', <Time key="created" at={one.createdAt} />],
          ['Id', <Copyable key="id" value={one.id} label="Copy the id" />],
        ]}
      />
      <Section
        title="Boundary"
        description={`Whoever acts in this account can do at most this: ${counted(one.boundary.length, 'permission')}.`}
      >
        <PermissionList permissions={one.boundary} />
      </Section>
      <Section
        title="Shared with it"
        description="Models, clusters, workspaces and prompts of the tenant that it may use."
      >
        <AppLink to={paths.sharing(account)} search={{ to: one.id }}>
          See what is shared with {one.displayName}
        </AppLink>
      </Section>
    </>
  )
}

function Bill({ account }: { account: string }) {
  const bill = useOne('account-bill', account, () => client.account.bill({ account }))
  if (bill.data === undefined) return <>–</>
  return (
    <>
      <Money nanos={bill.data.totalNanos} /> for {counted(bill.data.requests, 'request')}{' '}
      <Adjust account={account} />
    </>
  )
}

function Adjust({ account }: { account: string }) {
  const { may } = useActing()
  const drawer = useDrawer('adjust')
  if (!may('account:manage')) return null
  return (
    <>
      <Button variant="subtle" size="compact-sm" onClick={() => drawer.open()}>
        Adjust…
      </Button>
      <SideDrawer title="Adjust the bill" opened={drawer.opened} close={drawer.close}>
        <AdjustForm account={account} close={drawer.close} />
      </SideDrawer>
    </>
  )
}
