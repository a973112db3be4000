/**
 * Temporary raises of a budget or usage limit: what there is, an end for what is still in force, and a
 * form for one more. A raise is never edited: one that was wrong is ended, and another is made.
 */
import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { client } from '../../api/client.ts'
import { useChange, useList } from '../../api/query.ts'
import { Author } from '../../ui/author.tsx'
import { FormBody } from '../../ui/drawer.tsx'
import { expiryChoices, expiryFrom } from '../../ui/expiry.ts'
import { useForm } from '../../ui/form.ts'
import { counted, moneyFromNanos } from '../../ui/format.ts'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { type Budget, plainAmount } from './budget-form.tsx'
import type { UsageLimit } from './limit-form.tsx'
import classes from './limit-raises.module.css'

const RAISES_SHOWN = 50
const DEFAULT_DAYS = '7'

const untilChoices = [
  { value: '1', label: 'In a day' },
  ...expiryChoices.filter(({ value }) => value !== 'never'),
]

interface RaisesProps {
  close: () => void
}

export function BudgetRaises({ budget, close }: RaisesProps & { budget: Budget }) {
  const params = { budget: budget.id }
  const query = { limit: RAISES_SHOWN, sort: '-createdAt' }
  const raises = useList('budget-raise', query, client.budgetRaise.list, { params })
  const form = useRaiseForm((amount, rest, account) =>
    client.budgetRaise.create({ account, ...params }, { amountUsd: plainAmount(amount), ...rest }),
  )
  const end = useChange(
    (id: string, account) => client.budgetRaise.end({ account, ...params, budgetRaise: id }),
    { done: 'Raise ended.' },
  )
  return (
    <Stack gap="md">
      <Raises
        rows={raises.data?.items.map((raise) => ({
          ...raise,
          text: moneyFromNanos(raise.amountNanos),
        }))}
        end={end.mutate}
      />
      <RaiseForm form={form} unit="$" close={close} />
    </Stack>
  )
}

export function LimitRaises({ limit, close }: RaisesProps & { limit: UsageLimit }) {
  const params = { usageLimit: limit.id }
  const query = { limit: RAISES_SHOWN, sort: '-createdAt' }
  const raises = useList('usage-limit-raise', query, client.usageLimitRaise.list, { params })
  const form = useRaiseForm((amount, rest, account) =>
    client.usageLimitRaise.create(
      { account, ...params },
      { amount: Number(plainAmount(amount)), ...rest },
    ),
  )
  const end = useChange(
    (id: string, account) =>
      client.usageLimitRaise.end({ account, ...params, usageLimitRaise: id }),
    { done: 'Raise ended.' },
  )
  const noun = { requests: 'request', tokens: 'token', concurrency: 'call' }[limit.metric]
  return (
    <Stack gap="md">
      <Raises
        rows={raises.data?.items.map((raise) => ({ ...raise, text: counted(raise.amount, noun) }))}
        end={end.mutate}
      />
      <RaiseForm form={form} close={close} />
    </Stack>
  )
}

interface Raise {
  id: string
  text: string
  until: string
  reason: string
  createdBy: string
  state: 'planned' | 'in-force' | 'over' | 'ended'
}

const stateWords = { planned: 'Planned', 'in-force': 'In force', over: 'Over', ended: 'Ended' }

function Raises({
  rows = [],
  end,
}: {
  rows: readonly Raise[] | undefined
  end: (id: string) => void
}) {
  if (rows.length === 0) return null
  return (
    <ul className={classes.list} aria-label="Raises">
      {rows.map(({ id, text, until, reason, createdBy, state }) => (
        <li key={id} data-open={state === 'planned' || state === 'in-force'}>
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <span>
              <strong>+{text}</strong> until <Time at={until} absent="" />{' '}
              <Tag>{stateWords[state]}</Tag>
            </span>
            {(state === 'planned' || state === 'in-force') && (
              <Button variant="subtle" color="gray" size="compact-sm" onClick={() => end(id)}>
                End now
              </Button>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {reason} – <Author id={createdBy} />
          </Text>
        </li>
      ))}
    </ul>
  )
}

type Rest = { until: string; reason: string }

function useRaiseForm(save: (amount: string, rest: Rest, account: string) => Promise<unknown>) {
  return useForm({
    initial: { amountUsd: '', until: DEFAULT_DAYS, reason: '' },
    submit: ({ amountUsd, until, reason }, account) =>
      save(amountUsd, { until: expiryFrom(until)!, reason }, account),
    done: 'Raised, from the next call on.',
  })
}

interface RaiseFormProps {
  form: ReturnType<typeof useRaiseForm>
  unit?: string
  close: () => void
}

function RaiseForm({ form, unit, close }: RaiseFormProps) {
  const isReady = form.values.amountUsd.trim() !== '' && form.values.reason.trim() !== ''
  return (
    <FormBody form={form} submitLabel="Raise" close={close} isReady={isReady}>
      <TextInput
        label="Raise by"
        description="On top of the amount, for as long as it lasts."
        inputMode="decimal"
        leftSection={unit}
        {...form.text('amountUsd')}
        error={form.errorOf('amountUsd') ?? form.errorOf('amount')}
      />
      <Select
        label="Ends"
        data={untilChoices}
        allowDeselect={false}
        value={form.values.until}
        error={form.errorOf('until')}
        onChange={(until) => form.set('until', until ?? DEFAULT_DAYS)}
      />
      <Textarea
        label="Why"
        description="Kept with the raise and in the audit log."
        autosize
        minRows={2}
        {...form.text('reason')}
      />
    </FormBody>
  )
}
