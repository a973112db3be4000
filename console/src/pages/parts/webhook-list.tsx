/** The webhooks of the account: where they are, and how the last message to each went. */
import { Pencil, RefreshCw, Send, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useList } from '../../api/query.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { NewButton, SideDrawer, useDrawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListState } from '../../ui/list-state.ts'
import { ListToolbar } from '../../ui/list-toolbar.tsx'
import { NamePair } from '../../ui/name-pair.tsx'
import { RowMenu } from '../../ui/row-menu.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { Time } from '../../ui/time.tsx'
import { DeliveryState, WebhookDeliveries } from './webhook-deliveries.tsx'
import { type Webhook, WebhookForm } from './webhook-form.tsx'
import { WebhookRotateForm } from './webhook-rotate-form.tsx'

const REFRESH_MS = 5_000
const DELIVERIES_WIDTH_PX = 640

export function WebhookList() {
  const { may } = useActing()
  const list = useListState('name')
  const webhooks = useList('webhook', list.query, client.webhook.list, {
    refetchIntervalMs: REFRESH_MS,
  })
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const edit = useDrawer('edit')
  const rotate = useDrawer('rotate')
  const sent = useDrawer('sent')
  const find = (id: string) => webhooks.data?.items.find((webhook) => webhook.id === id)
  const [edited, rotated, shown] = [find(edit.value), find(rotate.value), find(sent.value)]
  const mayManage = may('account:manage')
  return (
    <>
      <ListToolbar
        list={list}
        searchLabel="Search webhooks"
        actions={
          mayManage && (
            <NewButton label="New webhook">
              {(close) => <WebhookForm close={close} onSecret={setSecret} />}
            </NewButton>
          )
        }
      />
      <DataTable
        label="Webhooks"
        list={list}
        query={webhooks}
        columns={columns}
        rowKey={({ id }) => id}
        rowActions={(webhook) => (
          <WebhookMenu
            webhook={webhook}
            show={sent.open}
            edit={edit.open}
            rotate={rotate.open}
            ask={setAsked}
          />
        )}
        empty={
          <EmptyState title="No webhooks">
            A webhook is an address of yours that is told when a budget or usage limit is used up to
            a part that you name.
          </EmptyState>
        }
      />
      <SideDrawer title="Edit webhook" opened={edited !== undefined} close={edit.close}>
        {edited && <WebhookForm webhook={edited} close={edit.close} onSecret={setSecret} />}
      </SideDrawer>
      <SideDrawer title="New secret" opened={rotated !== undefined} close={rotate.close}>
        {rotated && (
          <WebhookRotateForm webhook={rotated} close={rotate.close} onSecret={setSecret} />
        )}
      </SideDrawer>
      <SideDrawer
        title={`Sent to ${shown?.displayName ?? ''}`}
        opened={shown !== undefined}
        close={sent.close}
        size={DELIVERIES_WIDTH_PX}
      >
        {shown && <WebhookDeliveries webhook={shown} />}
      </SideDrawer>
      <SecretOnce
        title="The webhook’s secret"
        secret={secret}
        note="This is the only time it is shown. The receiver checks the signature of each message with it."
        close={() => setSecret(null)}
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </>
  )
}

const columns: readonly Column<Webhook>[] = [
  {
    id: 'name',
    header: 'Webhook',
    sort: 'name',
    width: 220,
    cell: (webhook) => <NamePair of={webhook} />,
  },
  {
    id: 'address',
    header: 'Address',
    from: 'sm',
    cell: ({ address }) => address ?? 'Shown to admins',
  },
  {
    id: 'last',
    header: 'Last message',
    width: 280,
    cell: ({ lastDelivery }) =>
      lastDelivery === null ? 'None yet' : <DeliveryState delivery={lastDelivery} />,
  },
  {
    id: 'at',
    header: 'When',
    width: 110,
    from: 'md',
    cell: ({ lastDelivery }) => <Time at={lastDelivery?.createdAt ?? null} absent="–" />,
  },
]

interface WebhookMenuProps {
  webhook: Webhook
  show: (id: string) => void
  edit: (id: string) => void
  rotate: (id: string) => void
  ask: (confirmation: Confirmation) => void
}

function WebhookMenu({ webhook, show, edit, rotate, ask }: WebhookMenuProps) {
  const { account, may } = useActing()
  const params = { account, webhook: webhook.id }
  const mayManage = may('account:manage')
  const remove = () =>
    ask({
      title: `Delete the webhook ${webhook.displayName}?`,
      text: 'Budgets and limits that name it tell whom else they name. What waits for it is dropped.',
      verb: 'Delete',
      done: 'Webhook deleted.',
      preview: () => client.webhook.delete(params, { dryRun: true }),
      act: () => client.webhook.delete(params, { ifMatch: webhook.revision }),
    })
  return (
    <RowMenu
      label={`Actions for ${webhook.name}`}
      actions={[
        {
          label: mayManage ? 'Deliveries, and a test' : 'Deliveries',
          icon: <Send size={14} aria-hidden />,
          onClick: () => show(webhook.id),
        },
        mayManage && {
          label: 'Edit',
          icon: <Pencil size={14} aria-hidden />,
          onClick: () => edit(webhook.id),
        },
        mayManage && {
          label: 'New secret',
          icon: <RefreshCw size={14} aria-hidden />,
          onClick: () => rotate(webhook.id),
        },
        mayManage && {
          label: 'Delete',
          icon: <Trash2 size={14} aria-hidden />,
          onClick: remove,
          isDestructive: true,
        },
      ]}
    />
  )
}
