/** What was sent to a webhook lately, how each message went, and a way to send one once more. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useChange, useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { counted } from '../../ui/format.ts'
import { State } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import type { Webhook } from './webhook-form.tsx'

export type Delivery = NonNullable<Webhook['lastDelivery']>

const SHOWN = 20
const REFRESH_MS = 3_000

/** How a delivery went, in one line. */
export function DeliveryState({ delivery }: { delivery: Delivery }) {
  const { state, attempts, lastTry, nextTryAt } = delivery
  const tone = { delivered: 'ok', pending: attempts === 0 ? 'off' : 'warn', failed: 'failed' }[
    state
  ]
  const words = {
    delivered: 'Delivered',
    pending: attempts === 0 ? 'Waiting' : 'Trying',
    failed: 'Failed',
  }
  const status = lastTry?.status ? `answered ${lastTry.status}` : lastTry && 'no answer'
  return (
    <Stack gap={2}>
      <Group gap={8}>
        <State state={tone} label={words[state]} />
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
          mayManage &&
          delivery.state !== 'pending' && (
            <Button size="compact-xs" variant="subtle" onClick={() => replay.mutate(delivery.id)}>
              Send again
            </Button>
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
  { id: 'event', header: 'What', width: 110, cell: ({ event }) => events[event] },
  { id: 'state', header: 'How it went', cell: (delivery) => <DeliveryState delivery={delivery} /> },
  { id: 'at', header: 'When', width: 110, cell: ({ createdAt }) => <Time at={createdAt} /> },
]
