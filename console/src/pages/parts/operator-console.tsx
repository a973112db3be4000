/** The tenants of the deployment: name, state, plan and counts, which is all that an operator sees. */

import { Button, Tooltip } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { LogOut } from 'lucide-react'
import { useEffect, useState } from 'react'
import { operatorClient, rememberCsrfToken } from '../../api/client.ts'
import {
  type OperatorTenant,
  operatorSessionQuery,
  operatorSettingsQuery,
  tenantsQuery,
} from '../../api/operator.ts'
import { complain } from '../../api/query.ts'
import { OPERATOR_KEY } from '../../api/query-client.ts'
import { isStatus } from '../../api/sentence.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { NewButton } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { count } from '../../ui/format.ts'
import { useListState } from '../../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../../ui/list-toolbar.tsx'
import { NamePair } from '../../ui/name-pair.tsx'
import { Page } from '../../ui/page.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { State } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { MultiTenancy } from './multi-tenancy.tsx'
import classes from './operator.module.css'
import { TenantForm } from './tenant-form.tsx'
import { TenantMenu } from './tenant-menu.tsx'

const columns: readonly Column<OperatorTenant>[] = [
  { id: 'name', header: 'Tenant', sort: 'name', cell: (tenant) => <NamePair of={tenant} /> },
  { id: 'state', header: 'State', width: 130, cell: (tenant) => <State state={tenant.state} /> },
  { id: 'plan', header: 'Plan', width: 110, from: 'sm', cell: (tenant) => tenant.plan },
  {
    id: 'accounts',
    header: 'Accounts',
    align: 'right',
    width: 100,
    from: 'sm',
    cell: (tenant) => count(tenant.counts.accounts),
  },
  {
    id: 'users',
    header: 'Users',
    align: 'right',
    width: 90,
    from: 'sm',
    cell: (tenant) => count(tenant.counts.users),
  },
  {
    id: 'virtualAccounts',
    header: 'Virtual accounts',
    align: 'right',
    width: 140,
    from: 'md',
    cell: (tenant) => count(tenant.counts.virtualAccounts),
  },
  {
    id: 'created',
    header: 'Created',
    sort: 'createdAt',
    width: 130,
    from: 'sm',
    cell: (tenant) => <Time at={tenant.createdAt} />,
  },
]

const states = [
  { value: 'active', label: 'Active' },
  { value: 'suspended', label: 'Suspended' },
  { value: 'deleted', label: 'Deleted' },
]

export function OperatorConsole() {
  const list = useListState('name', ['state'])
  const tenants = useQuery(tenantsQuery(list.query as Parameters<typeof tenantsQuery>[0]))
  const settings = useQuery(operatorSettingsQuery)
  const [adminLink, setAdminLink] = useState<string | null>(null)
  const [asked, setAsked] = useState<Confirmation | null>(null)
  useEndOfSession(tenants.error)
  return (
    <div className={classes.frame}>
      <OperatorBar />
      <main>
        <Page
          title="Tenants"
          description="Each is apart from every other. You see its name, its state and counts; what you do to it is in its own audit log."
          actions={
            settings.data?.multiTenancy ? (
              <NewButton label="New tenant">
                {(close) => <TenantForm close={close} onLink={setAdminLink} />}
              </NewButton>
            ) : (
              <Tooltip label="Turn multi-tenancy on first: this deployment has one tenant.">
                <Button data-disabled onClick={(event) => event.preventDefault()}>
                  New tenant
                </Button>
              </Tooltip>
            )
          }
        >
          <ListToolbar list={list} searchLabel="Search tenants">
            <FilterSelect list={list} name="state" label="State" options={states} />
          </ListToolbar>
          <DataTable
            label="Tenants"
            list={list}
            query={tenants}
            columns={columns}
            rowKey={(tenant) => tenant.id}
            rowActions={(tenant) => <TenantMenu tenant={tenant} ask={setAsked} />}
            empty={<EmptyState title="No tenants">The first start makes one.</EmptyState>}
          />
          <MultiTenancy />
        </Page>
      </main>
      <SecretOnce
        title="One-time link for the first admin"
        secret={adminLink}
        note="Send it to the admin. It is shown only now, works once, and sets the password."
        close={() => setAdminLink(null)}
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </div>
  )
}

/** A 401 while signed in: the session has run out, so the key is asked for again. */
function useEndOfSession(error: unknown) {
  const cache = useQueryClient()
  const { data: session } = useQuery(operatorSessionQuery)
  const hasEnded = session !== null && session !== undefined && isStatus(error, 401)
  useEffect(() => {
    if (hasEnded) cache.setQueryData(operatorSessionQuery.queryKey, null)
  }, [hasEnded, cache])
}

function OperatorBar() {
  const cache = useQueryClient()
  const signOut = () =>
    operatorClient.operatorSession.delete().then(() => {
      rememberCsrfToken('operator', null)
      cache.removeQueries({ queryKey: [OPERATOR_KEY] })
      cache.setQueryData(operatorSessionQuery.queryKey, null)
    }, complain)
  return (
    <header className={classes.bar}>
      <img src="/favicon.svg" alt="" width={22} height={22} />
      <strong>Commonhold</strong>
      <span className={classes.role}>Operator</span>
      <Button
        ml="auto"
        variant="subtle"
        color="gray"
        leftSection={<LogOut size={13} aria-hidden />}
        onClick={signOut}
      >
        Sign out
      </Button>
    </header>
  )
}
