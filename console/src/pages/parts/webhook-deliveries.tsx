/** What was sent to a webhook lately, how each message went, and a way to send one once more. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { RefreshCw } from 'lucide-react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useChange, useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { counted } from '../../ui/format.ts'
import { RowMenu } from '../../ui/row-menu.tsx'
import { State } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import type { Webhook } from './webhook-form.tsx'

export type Delivery = NonNullable<Webhook['lastDelivery']>

const SHOWN = 20
const REFRESH_MS = 3_000

const labels = {
  waiting: 'Waiting',
  trying: 'Trying',
  delivered: 'Delivered',
  failed: 'Failed',
}

/** How a delivery went, and why not better. */
export function DeliveryState({ delivery }: { delivery: Delivery }) {
  const { state, attempts, lastTry, nextTryAt } = delivery
  const word = state === 'pending' ? (attempts === 0 ? 'waiting' : 'trying') : state
  const status = lastTry?.status ? `answered ${lastTry.status}` : lastTry && 'no answer'
  return (
    <Stack gap={2}>
      <Group gap={8}>
        <State state={word} label={labels[word]} />
        {attempts > 0 && state !== 'delivered' && (
          <Text c="dimmed" size="xs">
            {counted(attempts, 'attempt')}, {status}
          </Text>
        )}
      </Group>
      {lastTry?.error && (
        <Text c="dimmed" size="xs">
          {lastTry.error}{' '}
          {nextTryAt !== null && (
            <>
              Again <Time at={nextTryAt} />.
            </>
          )}
        </Text>
      )}
    </Stack>
  )
}

export function WebhookDeliveries({ webhook }: { webhook: Webhook }) {
  const { may } = useActing()
  const params = { webhook: webhook.id }
  const deliveries = useList('webhook-delivery', { limit: SHOWN }, client.webhookDelivery.list, {
    params,
    refetchIntervalMs: REFRESH_MS,
  })
  const test = useChange((_: undefined, account) => client.webhook.test({ account, ...params }), {
    done: 'A test message is on its way.',
  })
  const replay = useChange(
    (webhookDelivery: string, account) =>
      client.webhookDelivery.replay({ account, ...params, webhookDelivery }),
    { done: 'Sent once more.' },
  )
  const mayManage = may('account:manage')
  return (
    <Stack gap="md">
      {mayManage && (
        <Group justify="space-between">
          <Text c="dimmed">The latest {SHOWN}. They are kept for 30 days.</Text>
          <Button loading={test.isPending} onClick={() => test.mutate(undefined)}>
            Send a test
          </Button>
        </Group>
      )}
      <DataTable
        label="Deliveries"
        query={deliveries}
        columns={columns}
        rowKey={({ id }) => id}
        rowActions={(delivery) =>
          mayManage && (
            <RowMenu
              label="Actions for this message"
              actions={[
                {
                  label: 'Send again',
                  icon: <RefreshCw size={14} aria-hidden />,
                  onClick: () => replay.mutate(delivery.id),
                  disabledBecause:
                    delivery.state === 'pending' ? 'It is tried again by itself.' : undefined,
                },
              ]}
            />
          )
        }
        empty={
          <EmptyState title="Nothing was sent yet">
            A test shows whether the receiver takes messages and knows their signature.
          </EmptyState>
        }
      />
    </Stack>
  )
}

const events: Record<Delivery['event'], string> = {
  'budget.threshold': 'Budget',
  'usage-limit.threshold': 'Usage limit',
  'webhook.test': 'Test',
}

const columns: readonly Column<Delivery>[] = [
  {
    id: 'event',
    header: 'What',
    width: 140,
    cell: ({ event, createdAt }) => (
      <Stack gap={2}>
        {events[event]}
        <Text c="dimmed" size="xs">
          <Time at={createdAt} />
        </Text>
      </Stack>
    ),
  },
  { id: 'state', header: 'How it went', cell: (delivery) => <DeliveryState delivery={delivery} /> },
]
