/** What the tenant allots to an account: an amount per period, or no limit. */
import { Group, Select, TextInput } from '@mantine/core'
import { type Form, given } from '../../ui/form.ts'
import { type Period, periodLabels } from './account-values.ts'

export interface BudgetValues {
  amountUsd: string
  period: Period
}

const periods = Object.entries(periodLabels).map(([value, label]) => ({ value, label }))

export function BudgetFields<V extends BudgetValues>({ form }: { form: Form<V> }) {
  return (
    <Group grow align="flex-start" gap="sm">
      <TextInput
        label="Budget"
        description="Empty: unlimited. 0: nothing."
        placeholder="unlimited"
        leftSection="$"
        inputMode="decimal"
        value={form.values.amountUsd}
        error={form.errorOf('budget')}
        onChange={(event) => form.set('amountUsd', event.currentTarget.value as V['amountUsd'])}
      />
      <Select
        label="Per"
        description="Days begin in your time zone."
        data={periods}
        allowDeselect={false}
        value={form.values.period}
        onChange={(value) => form.set('period', (value ?? 'month') as V['period'])}
      />
    </Group>
  )
}

/** @returns the budget for the API, or null for unlimited */
export function budgetFrom({ amountUsd, period }: BudgetValues) {
  const amount = given(amountUsd)
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return amount === undefined ? null : { amountUsd: amount, period, timeZone }
}
