/** What a virtual model does when a target fails: ask again, ask the next, give up. */
import { Group, MultiSelect, NumberInput, Select, Stack, Text } from '@mantine/core'
import type { Form } from '../../ui/form.ts'
import type { VirtualModel } from './virtual-model-labels.ts'

export interface FailureValues {
  retries: number
  /** Null: only each attempt is limited. */
  timeLimitSeconds: number | null
  goesOn: 'default' | 'chosen' | 'never'
  fallbackOn: string[]
}

const reasons: Readonly<Record<string, string>> = {
  not_connected: 'Not reached',
  timed_out: 'No answer in time',
  connection_lost: 'Connection lost',
  rate_limited: 'Rate limited (429)',
  overloaded: 'Overloaded (503, 529)',
  internal_error: 'Error of the provider (500)',
  gateway_error: 'Error on the way (other 5xx)',
  error_as_first_event: 'Error as the first event of a stream',
  malformed_answer: 'Unreadable answer',
  credential_refused: 'Key refused (401, 402, 403)',
  model_not_found: 'No such model (404)',
  request_refused: 'Request refused (other 4xx)',
}
const statuses = [
  '400',
  '404',
  '408',
  '409',
  '413',
  '422',
  '429',
  '500',
  '502',
  '503',
  '504',
  '529',
]
const choices = [
  { group: 'Reasons', items: Object.entries(reasons).map(([value, label]) => ({ value, label })) },
  { group: 'Statuses', items: statuses },
]

export function failureValues(virtualModel: VirtualModel | undefined): FailureValues {
  const { retries = 0, timeLimitSeconds = null, fallbackOn } = virtualModel ?? {}
  const goesOn = fallbackOn === undefined ? 'default' : fallbackOn.length > 0 ? 'chosen' : 'never'
  return { retries, timeLimitSeconds, goesOn, fallbackOn: [...(fallbackOn ?? [])] }
}

/** @param absent what takes a field away: nothing in a new object, null in a patch */
export function failureBody<A>(
  { retries, timeLimitSeconds, goesOn, fallbackOn }: FailureValues,
  absent: A,
) {
  const chosen = goesOn === 'never' ? [] : fallbackOn
  return {
    retries: retries === 0 ? absent : retries,
    timeLimitSeconds: timeLimitSeconds ?? absent,
    fallbackOn: goesOn === 'default' ? absent : chosen,
  }
}

/** A sentence or two about what it does, for its page. */
export function failureSentence(virtualModel: VirtualModel): string {
  const { retries = 0, timeLimitSeconds, fallbackOn } = virtualModel
  const again =
    retries === 0 ? '' : `asks again ${retries === 1 ? 'once' : `${retries} times`}, then `
  const next =
    fallbackOn === undefined
      ? 'the next target, but for refused requests'
      : fallbackOn.length === 0
        ? 'nothing more'
        : `the next target after: ${fallbackOn.map((one) => reasons[one]?.toLowerCase() ?? one).join(', ')}`
  const within = timeLimitSeconds === undefined ? '' : `; ${timeLimitSeconds} s in all`
  return `${again}${next}${within}`.replace(/^./, (letter) => letter.toUpperCase())
}

export function FailureFields<V extends FailureValues>({ form }: { form: Form<V> }) {
  const { retries, timeLimitSeconds, goesOn, fallbackOn } = form.values
  return (
    <Stack gap={6}>
      <Text fw={500}>When a target fails</Text>
      <Group grow align="flex-start" gap="sm">
        <NumberInput
          label="Ask it again"
          description="Times, after a short wait."
          min={0}
          max={5}
          value={retries}
          error={form.errorOf('retries')}
          onChange={(value) => form.set('retries', Number(value) as V['retries'])}
        />
        <NumberInput
          label="Give up after"
          description="Seconds, over all attempts."
          placeholder="No limit"
          min={1}
          max={3_600}
          value={timeLimitSeconds ?? ''}
          error={form.errorOf('timeLimitSeconds')}
          onChange={(value) => {
            const limit = value === '' ? null : Number(value)
            form.set('timeLimitSeconds', limit as V['timeLimitSeconds'])
          }}
        />
      </Group>
      <Select
        label="Ask the next one"
        data={[
          { value: 'default', label: 'After any failure but a refused request' },
          { value: 'chosen', label: 'After these' },
          { value: 'never', label: 'Never' },
        ]}
        allowDeselect={false}
        value={goesOn}
        onChange={(value) => form.set('goesOn', (value ?? 'default') as V['goesOn'])}
      />
      {goesOn === 'chosen' && (
        <MultiSelect
          aria-label="Failures after which the next one is asked"
          data={choices}
          searchable
          value={fallbackOn}
          error={form.errorOf('fallbackOn')}
          onChange={(value) => form.set('fallbackOn', value as V['fallbackOn'])}
        />
      )}
    </Stack>
  )
}
