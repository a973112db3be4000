/** At which parts of a budget or usage limit somebody is told, and who: a part of their forms. */
import { Checkbox, TagsInput } from '@mantine/core'
import { webhookNames } from '../../api/choices.ts'
import { ReferenceMultiSelect } from '../../ui/reference-select.tsx'

export interface AlertValues {
  /** In percent, as they are written; none: nobody is told. */
  percents: string[]
  toAdmins: boolean
  mails: string[]
  /** By name. */
  webhooks: string[]
}

interface Alerts {
  percents: number[]
  toAdmins: boolean
  mails: string[]
  webhooks: { name: string }[]
}

const PERCENTS_MAX = 10
const MAILS_MAX = 10
const suggestions = ['50', '80', '90', '100']

/** @param alerts as the API says them; null and absent: none */
export function alertValuesOf(alerts: Alerts | null | undefined): AlertValues {
  if (!alerts) return { percents: [], toAdmins: true, mails: [], webhooks: [] }
  const { percents, toAdmins, mails, webhooks } = alerts
  return { percents: percents.map(String), toAdmins, mails, webhooks: webhooks.map((w) => w.name) }
}

/** As the API takes them. */
export function alertsFrom({ percents, ...to }: AlertValues) {
  if (percents.length === 0) return null
  return { percents: percents.map((text) => Number(text.replace('%', '').trim())), ...to }
}

interface AlertFieldsProps {
  values: AlertValues
  error: string | undefined
  onChange: (values: AlertValues) => void
}

export function AlertFields({ values, error, onChange }: AlertFieldsProps) {
  const set = (change: Partial<AlertValues>) => onChange({ ...values, ...change })
  return (
    <>
      <TagsInput
        label="Tell when this much is used"
        description="In percent of the limit in force, each once a period. Empty: tell nobody."
        placeholder={values.percents.length === 0 ? '80' : ''}
        data={suggestions}
        maxTags={PERCENTS_MAX}
        inputMode="numeric"
        acceptValueOnBlur
        value={values.percents}
        error={error}
        onChange={(percents) => set({ percents })}
      />
      {values.percents.length > 0 && (
        <>
          <Checkbox
            label="Mail to the account’s admins"
            checked={values.toAdmins}
            onChange={(event) => set({ toAdmins: event.currentTarget.checked })}
          />
          <TagsInput
            label="Mail to"
            placeholder={values.mails.length === 0 ? 'finance@example.com' : ''}
            maxTags={MAILS_MAX}
            inputMode="email"
            acceptValueOnBlur
            value={values.mails}
            onChange={(mails) => set({ mails })}
          />
          <ReferenceMultiSelect
            source={webhookNames}
            label="Webhooks"
            value={values.webhooks}
            onChange={(webhooks) => set({ webhooks })}
          />
        </>
      )}
    </>
  )
}
