/**
 * Computes the charges of a model again at another version of its price: first as a dry run with what
 * changes for each account, then for good. Calls are made until the server says that it is through.
 */
import { Checkbox, Group, Select, Stack, Table, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import { say } from '../../api/query.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { useForm } from '../../ui/form.ts'
import { count, moneyFromNanos, priceText } from '../../ui/format.ts'
import { Money } from '../../ui/money.tsx'
import type { Price } from './current-price.tsx'
import type { Model } from './model-form.tsx'

type Answer = Awaited<ReturnType<typeof client.reRate.run>>

interface Row {
  readonly name: string
  readonly records: number
  readonly changed: number
  readonly unknown: number
  readonly beforeNanos: bigint
  readonly afterNanos: bigint
  readonly dearerNanos: bigint
}

/** What all calls of one run say together, by account. */
function summed(answers: readonly Answer[]): Row[] {
  const rows = new Map<string, Row>()
  for (const { accounts } of answers) {
    for (const one of accounts) {
      const before = rows.get(one.id)
      rows.set(one.id, {
        name: one.name,
        records: one.records + (before?.records ?? 0),
        changed: one.changed + (before?.changed ?? 0),
        unknown: one.unknown + (before?.unknown ?? 0),
        beforeNanos: BigInt(one.beforeNanos) + (before?.beforeNanos ?? 0n),
        afterNanos: BigInt(one.afterNanos) + (before?.afterNanos ?? 0n),
        dearerNanos: BigInt(one.dearerNanos) + (before?.dearerNanos ?? 0n),
      })
    }
  }
  return [...rows.values()]
}

interface Values {
  price: string
  from: string
  to: string
  chargeDearer: boolean
  reason: string
}

async function runThrough(model: string, account: string, values: Values, dryRun: boolean) {
  const { price, from, to, chargeDearer, reason } = values
  // One end for all calls, so that what is used meanwhile is not in some of them.
  const end = to === '' ? new Date() : new Date(to)
  const span = { from: new Date(from).toISOString(), to: end.toISOString() }
  const body = { price: Number(price), ...span, chargeDearer, reason }
  const answers: Answer[] = []
  for (let after: string | null | undefined; after !== null; ) {
    const asked = { ...body, ...(after === undefined ? {} : { after }) }
    const params = { account, model }
    const answer = dryRun
      ? (await client.reRate.run(params, asked, { dryRun: true })).result
      : await client.reRate.run(params, asked)
    if (!answer) throw new Error('The server did not say what the re-rating would change.')
    answers.push(answer)
    after = answer.next
  }
  return summed(answers)
}

interface ReRateFormProps {
  model: Model
  prices: readonly Price[]
  close: () => void
}

export function ReRateForm({ model, prices, close }: ReRateFormProps) {
  const [foreseen, setForeseen] = useState<{ of: string; rows: Row[] } | null>(null)
  const form = useForm({
    initial: {
      price: String(prices[0]?.version ?? ''),
      from: '',
      to: '',
      chargeDearer: false,
      reason: '',
    } as Values,
    submit: async (values, account) => {
      const isForeseen = foreseen?.of === JSON.stringify(values)
      const rows = await runThrough(model.id, account, values, !isForeseen)
      if (!isForeseen) return setForeseen({ of: JSON.stringify(values), rows })
      close()
      say('Charges corrected.')
    },
  })
  const { values } = form
  const rows = foreseen?.of === JSON.stringify(values) ? foreseen.rows : null
  const versions = prices.map((price) => ({
    value: String(price.version),
    label: `Version ${price.version}: ${priceText(price.inputPerMillionUsd)} / ${priceText(price.outputPerMillionUsd)}`,
  }))
  return (
    <FormBody
      form={form}
      submitLabel={rows ? 'Book it' : 'Show what changes'}
      close={close}
      isReady={values.from !== '' && values.reason !== '' && rows?.length !== 0}
    >
      <Select
        label="What it should have cost"
        data={versions}
        allowDeselect={false}
        {...form.value('price')}
        onChange={(value) => form.set('price', value ?? '')}
      />
      <Group grow align="flex-start" gap="sm">
        <TextInput type="datetime-local" label="Used from" required {...form.text('from')} />
        <TextInput
          type="datetime-local"
          label="Until"
          description="Empty: now."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...form.text('to')}
        />
      </Group>
      <Checkbox
        label="Charge more where a charge was too low"
        checked={values.chargeDearer}
        onChange={(event) => form.set('chargeDearer', event.currentTarget.checked)}
      />
      <Textarea
        label="Reason"
        description="On each bill and in the audit logs."
        required
        autosize
        {...form.text('reason')}
      />
      {rows && <Foreseen rows={rows} />}
    </FormBody>
  )
}

function Foreseen({ rows }: { rows: readonly Row[] }) {
  const sum = (read: (row: Row) => number) => rows.reduce((all, row) => all + read(row), 0)
  const unknown = sum((row) => row.unknown)
  const dearer = rows.reduce((all, row) => all + row.dearerNanos, 0n)
  if (rows.length === 0) return <Text size="sm">The model was not used in this time.</Text>
  return (
    <Stack gap="xs">
      <Table.ScrollContainer minWidth={300}>
        <Table aria-label="What changes, by account">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Account</Table.Th>
              <Table.Th ta="right">Records</Table.Th>
              <Table.Th ta="right">Changed</Table.Th>
              <Table.Th ta="right">Before</Table.Th>
              <Table.Th ta="right">After</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.name}>
                <Table.Td>{row.name}</Table.Td>
                <Table.Td ta="right">{count(row.records)}</Table.Td>
                <Table.Td ta="right">{count(row.changed)}</Table.Td>
                <Table.Td ta="right">
                  <Money nanos={String(row.beforeNanos)} />
                </Table.Td>
                <Table.Td ta="right">
                  <Money nanos={String(row.afterNanos)} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {unknown > 0 && (
        <Text size="sm" c="dimmed">
          {count(unknown)} of them can’t be computed again and stay as they are.
        </Text>
      )}
      {dearer > 0n && (
        <Text size="sm" c="dimmed">
          {moneyFromNanos(String(dearer))} more would be charged at this price, and is not.
        </Text>
      )}
      <Text size="sm" c="dimmed">
        What is credited is back in the budgets that counted it. Nothing is booked yet.
      </Text>
    </Stack>
  )
}
