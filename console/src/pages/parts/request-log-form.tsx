/** What the gateway keeps: of requests, for how long and less what; and answers, to give them again. */
import { Checkbox, Input, NumberInput, Radio, Stack, Textarea } from '@mantine/core'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { useForm } from '../../ui/form.ts'
import { counted } from '../../ui/format.ts'

type Setting = Awaited<ReturnType<typeof client.gatewaySetting.get>>
type RequestLog = Setting['requestLog']
type Mode = RequestLog['mode']

const modes: readonly { value: Mode; label: string; description: string }[] = [
  { value: 'off', label: 'Nothing', description: 'Bills and usage are kept all the same.' },
  {
    value: 'metadata',
    label: 'Who called what, and how it went',
    description: 'Model, caller, decision, times, sizes. Not what was asked or answered.',
  },
  {
    value: 'full',
    label: 'The bodies, too',
    description: 'Prompts and answers, redacted and encrypted. Tell your people.',
  },
]

const DAYS_MAX = 365
const TTL_SECONDS_MAX = 86_400

/** @returns "Kept for 30 days: …" for under the title */
export function modeText({ mode, retentionDays }: RequestLog): string {
  if (mode === 'off') return 'Nothing is kept of new requests.'
  const what = mode === 'full' ? 'what was asked and answered' : 'who called what, and how it went'
  return `Kept for ${counted(retentionDays, 'day')}: ${what}.`
}

export function RequestLogForm({ setting, close }: { setting: Setting; close: () => void }) {
  const { mode, retentionDays, redact } = setting.requestLog
  const form = useForm({
    initial: {
      mode,
      retentionDays: retentionDays as number | string,
      emails: redact.emails,
      cardNumbers: redact.cardNumbers,
      keys: redact.keys,
      fields: redact.fields.join('\n'),
      isCached: setting.cache.mode === 'on-request',
      ttlSeconds: setting.cache.ttlSeconds as number | string,
    },
    submit: ({ mode, retentionDays, fields, isCached, ttlSeconds, ...builtIn }, account) =>
      client.gatewaySetting.update(
        { account },
        {
          requestLog: {
            mode,
            retentionDays: Number(retentionDays),
            redact: { ...builtIn, fields: linesOf(fields) },
          },
          cache: { mode: isCached ? 'on-request' : 'off', ttlSeconds: Number(ttlSeconds) },
        },
        { ifMatch: setting.revision },
      ),
    done: (saved) => modeText(saved.requestLog),
    onDone: close,
  })
  const { values } = form
  const isOff = values.mode === 'off'
  const flag = (field: 'emails' | 'cardNumbers' | 'keys') => ({
    checked: values[field],
    onChange: (event: { currentTarget: { checked: boolean } }) =>
      form.set(field, event.currentTarget.checked),
  })
  return (
    <FormBody form={form} submitLabel="Save" close={close}>
      <Radio.Group
        label="Of each request"
        value={values.mode}
        onChange={(value) => form.set('mode', value as Mode)}
      >
        <Stack gap="xs" mt="xs">
          {modes.map((one) => (
            <Radio key={one.value} {...one} />
          ))}
        </Stack>
      </Radio.Group>
      {!isOff && (
        <NumberInput
          label="For how many days"
          description="Also of what is kept already. Older entries are deleted."
          min={1}
          max={DAYS_MAX}
          allowDecimal={false}
          {...form.value('retentionDays')}
        />
      )}
      {values.mode === 'full' && (
        <>
          <Input.Wrapper label="Taken out of bodies">
            <Stack gap="xs" mt="xs">
              <Checkbox label="E-mail addresses" {...flag('emails')} />
              <Checkbox label="Card numbers" {...flag('cardNumbers')} />
              <Checkbox label="Tokens and keys" {...flag('keys')} />
            </Stack>
          </Input.Wrapper>
          <Textarea
            label="Fields taken out"
            description="A path in each line: messages[*].content, user, **.password"
            autosize
            minRows={3}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            {...form.text('fields')}
          />
        </>
      )}
      <Checkbox
        label="Requests may ask for an answer that was given before"
        description="With the header x-commonhold-cache: use, for models whose price says what that costs. Within this account only."
        checked={values.isCached}
        onChange={(event) => form.set('isCached', event.currentTarget.checked)}
      />
      {values.isCached && (
        <NumberInput
          label="For how many seconds"
          min={1}
          max={TTL_SECONDS_MAX}
          allowDecimal={false}
          {...form.value('ttlSeconds')}
        />
      )}
    </FormBody>
  )
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
