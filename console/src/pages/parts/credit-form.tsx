/** Credits a charge, wholly or in part: its bill and the budgets that counted it get that back. */
import { Text, Textarea, TextInput } from '@mantine/core'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { moneyFromNanos } from '../../ui/format.ts'

interface CreditFormProps {
  charge: { id: string; costNanos: string; creditedNanos: string }
  close: () => void
}

/** What of a charge is not credited yet. */
export const leftNanos = ({ costNanos, creditedNanos }: CreditFormProps['charge']) =>
  BigInt(costNanos) - BigInt(creditedNanos)

export function CreditForm({ charge, close }: CreditFormProps) {
  const left = String(leftNanos(charge))
  const form = useForm({
    initial: { amountUsd: '', reason: '' },
    submit: ({ amountUsd, reason }, account) => {
      const amount = given(amountUsd)
      return client.ledgerEntry.credit(
        { account },
        { charge: charge.id, reason, ...(amount === undefined ? {} : { amountUsd: amount }) },
      )
    },
    done: 'Credit booked.',
    onDone: close,
  })
  return (
    <FormBody form={form} submitLabel="Credit" close={close} isReady={form.values.reason !== ''}>
      <Text size="sm" c="dimmed">
        It is on the bill of this month, whenever the charge was. Closed invoices stay as they are,
        and the charge itself is never changed.
      </Text>
      <TextInput
        label="Amount"
        description={`Empty: all that is left, ${moneyFromNanos(left)} of ${moneyFromNanos(charge.costNanos)}.`}
        inputMode="decimal"
        leftSection="$"
        {...form.text('amountUsd')}
      />
      <Textarea
        label="Reason"
        description="On the bill and in the audit log."
        required
        autosize
        {...form.text('reason')}
      />
    </FormBody>
  )
}

/** A credit in advance, or a debit: beside every budget. */
export function AdjustForm({ account, close }: { account: string; close: () => void }) {
  const form = useForm({
    initial: { amountUsd: '', reason: '' },
    submit: ({ amountUsd, reason }) =>
      client.ledgerEntry.adjust({ account }, { amountUsd: amountUsd.trim(), reason }),
    done: 'Adjustment booked.',
    onDone: close,
  })
  const isReady = given(form.values.amountUsd) !== undefined && form.values.reason !== ''
  return (
    <FormBody form={form} submitLabel="Adjust the bill" close={close} isReady={isReady}>
      <TextInput
        label="Amount"
        description="Added to what the account owes. -50 is a credit of 50 in advance."
        placeholder="-50"
        leftSection="$"
        required
        {...form.text('amountUsd')}
      />
      <Textarea
        label="Reason"
        description="On the bill and in the audit log."
        required
        autosize
        {...form.text('reason')}
      />
      <Text size="sm" c="dimmed">
        Budgets do not count it. To let somebody spend more, raise the budget.
      </Text>
    </FormBody>
  )
}
