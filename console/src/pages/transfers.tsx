/** Open offers: what other accounts want to give to this one, and what this one gives away. */
import { TextInput } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Check, Undo2, X } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useList } from '../api/query.ts'
import { meQuery } from '../api/session.ts'
import { keepsSecret } from '../api/transfer.ts'
import { Confirm, type Confirmation } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { FormBody, SideDrawer, useDrawer } from '../ui/drawer.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { useForm } from '../ui/form.ts'
import { counted, kindLabel } from '../ui/format.ts'
import { AppLink } from '../ui/link.tsx'
import { useListState } from '../ui/list-state.ts'
import { FilterSelect } from '../ui/list-toolbar.tsx'
import { Page } from '../ui/page.tsx'
import { pathOfKind } from '../ui/paths.ts'
import { RowMenu } from '../ui/row-menu.tsx'
import { Tag } from '../ui/state.tsx'
import { Time } from '../ui/time.tsx'

type Transfer = Awaited<ReturnType<typeof client.transfer.get>>

const columns: readonly Column<Transfer>[] = [
  { id: 'resource', header: 'Resource', cell: (one) => <Offered one={one} /> },
  { id: 'way', header: 'From, to', width: 220, cell: (one) => <Way one={one} /> },
  {
    id: 'secrets',
    header: 'Secrets',
    width: 110,
    from: 'md',
    cell: ({ resource, withSecrets }) =>
      !keepsSecret.includes(resource.kind) ? '–' : withSecrets ? 'Go along' : 'Are wiped',
  },
  { id: 'by', header: 'Offered by', width: 220, from: 'md', cell: (one) => one.offeredBy },
  {
    id: 'expires',
    header: 'Ends',
    width: 120,
    from: 'sm',
    cell: (one) => <Time at={one.expiresAt} />,
  },
]

const directions = [
  { value: 'in', label: 'Offered to us' },
  { value: 'out', label: 'Offered by us' },
]

export function TransfersPage() {
  const list = useListState('-createdAt', ['direction'])
  const transfers = useList('transfer', list.query, client.transfer.list)
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const accept = useDrawer('accept')
  const accepted = transfers.data?.items.find(({ id }) => id === accept.value)
  return (
    <Page
      title="Transfers"
      description="What is offered from one account to another. Nothing has moved until it is accepted."
    >
      <FilterBar>
        <FilterSelect list={list} name="direction" label="Direction" options={directions} />
      </FilterBar>
      <DataTable
        label="Transfers"
        list={list}
        query={transfers}
        columns={columns}
        rowKey={(one) => one.id}
        rowActions={(one) => <TransferMenu one={one} accept={accept.open} ask={setAsked} />}
        empty={
          <EmptyState title="Nothing is on offer">
            To give a prompt, a provider or a cluster to another account, open its page and choose
            Transfer. What is offered to this account appears here.
          </EmptyState>
        }
      />
      <SideDrawer title="Accept" opened={accepted !== undefined} close={accept.close}>
        {accepted && <AcceptForm one={accepted} ask={setAsked} close={accept.close} />}
      </SideDrawer>
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Page>
  )
}

/** The root account is called as everywhere: by the tenant's name. */
function Way({ one }: { one: Transfer }) {
  const { data: me } = useSuspenseQuery(meQuery)
  const named = (name: string) => (name === 'root' ? me.tenant.displayName : name)
  return <>{`${named(one.from.name)} → ${named(one.to.name)}`}</>
}

function Offered({ one }: { one: Transfer }) {
  const { account, accountId } = useActing()
  const { kind, id, name, displayName, contains } = one.resource
  const to = one.from.id === accountId ? pathOfKind(kind, account, id) : null
  const label = displayName || name
  return (
    <>
      {to === null ? label : <AppLink to={to}>{label}</AppLink>} <Tag>{kindLabel(kind)}</Tag>
      {contains > 0 && ` with ${counted(contains, 'thing')} in it`}
    </>
  )
}

interface MenuProps {
  one: Transfer
  accept: (id: string) => void
  ask: (confirmation: Confirmation) => void
}

function TransferMenu({ one, accept, ask }: MenuProps) {
  const { account, accountId } = useActing()
  const isOurs = one.from.id === accountId
  const { name } = one.resource
  const params = { account, transfer: one.id }
  const end = (title: string, verb: string, done: string) => () =>
    ask({
      title,
      text: 'Nothing has moved. It can be offered again.',
      verb,
      done,
      isDestructive: false,
      preview: () => client.transfer.delete(params, { dryRun: true }),
      act: () => client.transfer.delete(params),
    })
  return (
    <RowMenu
      label={`Actions for the offer of ${name}`}
      actions={[
        !isOurs && {
          label: 'Accept',
          icon: <Check size={14} aria-hidden />,
          onClick: () => accept(one.id),
        },
        !isOurs && {
          label: 'Decline',
          icon: <X size={14} aria-hidden />,
          onClick: end(`Decline ${name}?`, 'Decline', 'Declined.'),
        },
        isOurs && {
          label: 'Take back',
          icon: <Undo2 size={14} aria-hidden />,
          onClick: end(`Take the offer of ${name} back?`, 'Take back', 'Taken back.'),
        },
      ]}
    />
  )
}

interface AcceptFormProps {
  one: Transfer
  ask: (confirmation: Confirmation) => void
  close: () => void
}

function AcceptForm({ one, ask, close }: AcceptFormProps) {
  const { account, displayName } = useActing()
  const navigate = useNavigate()
  const { kind, id } = one.resource
  const ownName = one.resource.name.split('/').at(-1)!
  const form = useForm({
    initial: { name: ownName },
    submit: async ({ name }) => {
      const params = { account, transfer: one.id }
      const body = name === ownName ? {} : { name }
      ask({
        title: `Accept ${name}?`,
        text: `It is owned by ${displayName} from then on, with all that is in it, and billed here.`,
        verb: 'Accept',
        done: `${name} is this account’s now.`,
        isDestructive: false,
        preview: () => client.transfer.accept(params, body, { dryRun: true }),
        act: () => client.transfer.accept(params, body),
        onDone: () => {
          const to = pathOfKind(kind, account, id)
          if (to === null) close()
          else void navigate({ to })
        },
      })
    },
  })
  return (
    <FormBody form={form} submitLabel="See what it means" close={close}>
      <TextInput
        label="Name here"
        description="Change it where something of this name is here already."
        required
        {...form.text('name')}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
    </FormBody>
  )
}
