/** Making a budget, or changing one. Whom it is for and how often it begins anew stay as they are. */
import { Select, Switch, TextInput } from '@mantine/core'
import { modelIds } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'
import { ownTimeZone } from '../../ui/range.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'
import { AlertFields, alertsFrom, alertValuesOf } from './alert-fields.tsx'
import { type Level, needsSubject, SubjectFields } from './limit-subject.tsx'

export type Budget = Awaited<ReturnType<typeof client.budget.get>>
type Period = Budget['period']

const periods = [
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week' },
  { value: 'month', label: 'Month' },
  { value: 'year', label: 'Year' },
  { value: 'lifetime', label: 'Once and for all' },
]

const timeZones = [...new Set(['UTC', ownTimeZone, ...Intl.supportedValuesOf('timeZone')])]
const TIME_ZONES_SHOWN_MAX = 50

interface BudgetFormProps {
  /** Absent: a new one. */
  budget?: Budget
  close: () => void
}

export function BudgetForm({ budget, close }: BudgetFormProps) {
  const form = useForm({
    initial: {
      displayName: budget?.displayName ?? '',
      name: budget?.name ?? '',
      level: (budget?.level ?? 'account') as Level,
      of: '',
      amountUsd: budget === undefined ? '' : trimmed(budget.amountUsd),
      period: budget?.period ?? ('month' as Period),
      timeZone: budget?.timeZone ?? ownTimeZone,
      mode: budget?.mode ?? ('enforce' as Budget['mode']),
      fallbackModel: budget?.fallbackModel?.id ?? '',
      alerts: alertValuesOf(budget?.alerts),
    },
    submit: (values, account) => {
      const { name, timeZone, mode } = values
      const amountUsd = plainAmount(values.amountUsd)
      const displayName = given(values.displayName)
      const fallbackModel = given(values.fallbackModel) ?? null
      const alerts = alertsFrom(values.alerts)
      const common = { name, displayName, amountUsd, timeZone, mode, fallbackModel, alerts }
      if (budget !== undefined) {
        const params = { account, budget: budget.id }
        return client.budget.update(params, common, { ifMatch: budget.revision })
      }
      const { level, of, period } = values
      return client.budget.create({ account }, { ...common, level, of: given(of), period })
    },
    done: (saved) => `Budget ${saved.displayName || saved.name} saved.`,
    onDone: close,
  })
  const { values } = form
  const isReady = budget !== undefined || !needsSubject(values.level) || values.of !== ''
  return (
    <FormBody
      form={form}
      submitLabel={budget === undefined ? 'Create budget' : 'Save'}
      close={close}
      isReady={isReady}
    >
      <NameFields form={form} placeholder="Monthly spend" />
      {budget === undefined && (
        <SubjectFields
          level={values.level}
          of={values.of}
          error={form.errorOf('of')}
          onLevel={(level) => form.set('level', level)}
          onOf={(of) => form.set('of', of)}
        />
      )}
      <TextInput
        label="Amount"
        description="In US dollars. 0 lets nothing through."
        placeholder="100"
        inputMode="decimal"
        leftSection="$"
        required
        {...form.text('amountUsd')}
      />
      {budget === undefined && (
        <Select
          label="Per"
          data={periods}
          allowDeselect={false}
          value={values.period}
          error={form.errorOf('period')}
          onChange={(period) => form.set('period', (period ?? 'month') as Period)}
        />
      )}
      <Select
        label="Time zone"
        description="Where the period begins anew."
        data={timeZones}
        searchable
        limit={TIME_ZONES_SHOWN_MAX}
        allowDeselect={false}
        value={values.timeZone}
        error={form.errorOf('timeZone')}
        onChange={(timeZone) => form.set('timeZone', timeZone ?? 'UTC')}
      />
      <ReferenceSelect
        source={modelIds}
        label="Cheaper model instead of a refusal"
        description="Called where there is no room for the one that was asked for, if it fits itself."
        placeholder="None: refuse"
        clearable
        value={values.fallbackModel}
        error={form.errorOf('fallbackModel')}
        onChange={(fallbackModel) => form.set('fallbackModel', fallbackModel)}
      />
      <Switch
        label="Only count"
        description="Refuse nothing when it is used up; show it and flag the calls."
        checked={values.mode === 'audit'}
        onChange={(event) => form.set('mode', event.currentTarget.checked ? 'audit' : 'enforce')}
      />
      <AlertFields
        values={values.alerts}
        error={form.errorOf('alerts')}
        onChange={(alerts) => form.set('alerts', alerts)}
      />
    </FormBody>
  )
}

/** People write "$1,000"; the API wants "1000". */
export function plainAmount(text: string): string {
  return text.replace(/[\s$,]/g, '')
}

function trimmed(usd: string): string {
  return usd.includes('.') ? usd.replace(/0+$/, '').replace(/\.$/, '') : usd
}
