/** Making a usage limit, or changing how much it lets through. */
import { NumberInput, Select, Switch } from '@mantine/core'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { count, counted } from '../../ui/format.ts'
import { NameFields } from '../../ui/name-fields.tsx'
import { AlertFields, alertsFrom, alertValuesOf } from './alert-fields.tsx'
import { type Level, needsSubject, SubjectFields } from './limit-subject.tsx'

export type UsageLimit = Awaited<ReturnType<typeof client.usageLimit.get>>
type Metric = UsageLimit['metric']

const metrics = [
  { value: 'requests', label: 'Requests' },
  { value: 'tokens', label: 'Tokens' },
  { value: 'concurrency', label: 'Calls at once' },
]

const windows = [
  { value: '1', label: 'Second' },
  { value: '60', label: 'Minute' },
  { value: '3600', label: 'Hour' },
  { value: '86400', label: 'Day' },
]

/** @returns "60 requests per minute", "4 calls at once" */
export function limitText({ metric, amount, windowSeconds }: UsageLimit): string {
  if (metric === 'concurrency') return `${counted(amount, 'call')} at once`
  const known = windows.find(({ value }) => Number(value) === windowSeconds)
  const per = known?.label.toLowerCase() ?? `${count(windowSeconds ?? 0)} s`
  return `${counted(amount, metric === 'requests' ? 'request' : 'token')} per ${per}`
}

interface LimitFormProps {
  /** Absent: a new one. */
  limit?: UsageLimit
  close: () => void
}

export function LimitForm({ limit, close }: LimitFormProps) {
  const form = useForm({
    initial: {
      displayName: limit?.displayName ?? '',
      name: limit?.name ?? '',
      level: (limit?.level ?? 'account') as Level,
      of: '',
      metric: limit?.metric ?? ('requests' as Metric),
      amount: (limit?.amount ?? 60) as number | string,
      windowSeconds: String(limit?.windowSeconds ?? 60),
      mode: limit?.mode ?? ('enforce' as UsageLimit['mode']),
      alerts: alertValuesOf(limit?.alerts),
    },
    submit: (values, account) => {
      const { name, level, of, metric } = values
      const displayName = given(values.displayName)
      const mode = metric === 'concurrency' ? 'enforce' : values.mode
      const alerts = metric === 'concurrency' ? null : alertsFrom(values.alerts)
      const common = { name, displayName, amount: Number(values.amount), mode, alerts }
      if (limit !== undefined) {
        const params = { account, usageLimit: limit.id }
        return client.usageLimit.update(params, common, { ifMatch: limit.revision })
      }
      const window = metric === 'concurrency' ? {} : { windowSeconds: Number(values.windowSeconds) }
      return client.usageLimit.create(
        { account },
        { ...common, level, of: given(of), metric, ...window },
      )
    },
    done: (saved) => `At most ${limitText(saved)}.`,
    onDone: close,
  })
  const { values } = form
  const isNew = limit === undefined
  return (
    <FormBody
      form={form}
      submitLabel={isNew ? 'Create usage limit' : 'Save'}
      close={close}
      isReady={!isNew || !needsSubject(values.level) || values.of !== ''}
    >
      <NameFields form={form} placeholder="Requests per minute" />
      {isNew && (
        <SubjectFields
          level={values.level}
          of={values.of}
          error={form.errorOf('of')}
          onLevel={(level) => form.set('level', level)}
          onOf={(of) => form.set('of', of)}
        />
      )}
      {isNew && (
        <Select
          label="Of what"
          data={metrics}
          allowDeselect={false}
          value={values.metric}
          error={form.errorOf('metric')}
          onChange={(metric) => form.set('metric', (metric ?? 'requests') as Metric)}
        />
      )}
      <NumberInput
        label="At most"
        min={0}
        allowDecimal={false}
        thousandSeparator=","
        {...form.value('amount')}
      />
      {isNew && values.metric !== 'concurrency' && (
        <Select
          label="Per"
          data={windows}
          allowDeselect={false}
          value={values.windowSeconds}
          error={form.errorOf('windowSeconds')}
          onChange={(next) => form.set('windowSeconds', next ?? '60')}
        />
      )}
      {values.metric !== 'concurrency' && (
        <>
          <Switch
            label="Only count"
            description="Refuse nothing beyond it; flag the calls."
            checked={values.mode === 'audit'}
            onChange={(event) =>
              form.set('mode', event.currentTarget.checked ? 'audit' : 'enforce')
            }
          />
          <AlertFields
            values={values.alerts}
            error={form.errorOf('alerts')}
            onChange={(alerts) => form.set('alerts', alerts)}
          />
        </>
      )}
    </FormBody>
  )
}
