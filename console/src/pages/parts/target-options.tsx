/** What one target is asked other than the client asked it, and how long it may take. */
import { Checkbox, Group, NumberInput, Paper, Select, Stack } from '@mantine/core'
import type { VirtualModel } from './virtual-model-labels.ts'

export type Target = VirtualModel['targets'][number]
type Overrides = NonNullable<Target['overrides']>

const efforts = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max']
const tiers = ['auto', 'default', 'flex']
const leftOut = { value: 'left-out', label: 'Left out' }

/** What differs of a target, each as a few words. */
export function optionsOf({ overrides = {}, firstByteSeconds, idleSeconds }: Target): string[] {
  const said = (label: string, value: unknown) =>
    value === undefined ? [] : [value === null ? `no ${label}` : `${label} ${value}`]
  return [
    ...said('temperature', overrides.temperature),
    ...said('top p', overrides.topP),
    ...said('effort', overrides.reasoningEffort),
    ...said('tier', overrides.serviceTier),
    ...said('output', overrides.outputTokens),
    ...said('output up to', overrides.outputTokensMax),
    ...(firstByteSeconds === undefined ? [] : [`begins within ${firstByteSeconds} s`]),
    ...(idleSeconds === undefined ? [] : [`pauses up to ${idleSeconds} s`]),
  ]
}

interface TargetOptionsProps {
  target: Target
  change: (part: Partial<Target>) => void
}

export function TargetOptions({ target, change }: TargetOptionsProps) {
  const { overrides = {}, ...timing } = target
  const override = (part: Partial<Overrides>) => {
    const entries = Object.entries({ ...overrides, ...part })
    const left = Object.fromEntries(entries.filter(([, value]) => value !== undefined))
    change({ overrides: left })
  }
  const seconds = (field: 'firstByteSeconds' | 'idleSeconds', label: string, usual: string) => (
    <NumberInput
      label={label}
      placeholder={usual}
      min={1}
      max={3_600}
      value={timing[field] ?? ''}
      onChange={(value) => change({ [field]: numberOf(value) })}
    />
  )
  return (
    <Paper withBorder p="sm" radius="sm">
      <Stack gap="sm">
        <Group grow align="flex-start" gap="sm">
          <Parameter
            label="Temperature"
            max={2}
            value={overrides.temperature}
            set={(temperature) => override({ temperature })}
          />
          <Parameter
            label="Top p"
            max={1}
            value={overrides.topP}
            set={(topP) => override({ topP })}
          />
        </Group>
        <OutputLimit overrides={overrides} override={override} />
        <Group grow align="flex-start" gap="sm">
          <Choice
            label="Reasoning effort"
            values={efforts}
            value={overrides.reasoningEffort}
            set={(value) => override({ reasoningEffort: value as Overrides['reasoningEffort'] })}
          />
          <Choice
            label="Service tier"
            values={tiers}
            value={overrides.serviceTier}
            set={(value) => override({ serviceTier: value as Overrides['serviceTier'] })}
          />
        </Group>
        <Group grow align="flex-start" gap="sm">
          {seconds('firstByteSeconds', 'Begins within, seconds', '600')}
          {seconds('idleSeconds', 'Pauses up to, seconds', '120')}
        </Group>
      </Stack>
    </Paper>
  )
}

function numberOf(value: number | string): number | undefined {
  return value === '' ? undefined : Number(value)
}

interface ParameterProps {
  label: string
  max: number
  /** Undefined: as the client asked; null: left out. */
  value: number | null | undefined
  set: (value: number | null | undefined) => void
}

function Parameter({ label, max, value, set }: ParameterProps) {
  return (
    <Stack gap={4}>
      <NumberInput
        label={label}
        placeholder={value === null ? 'Left out' : 'As asked'}
        min={0}
        max={max}
        step={0.1}
        disabled={value === null}
        value={value ?? ''}
        onChange={(next) => set(numberOf(next))}
      />
      <Checkbox
        label="Leave out"
        aria-label={`Leave out ${label.toLowerCase()}`}
        checked={value === null}
        onChange={(event) => set(event.currentTarget.checked ? null : undefined)}
      />
    </Stack>
  )
}

interface OutputLimitProps {
  overrides: Overrides
  override: (part: Partial<Overrides>) => void
}

function OutputLimit({ overrides, override }: OutputLimitProps) {
  const isExact = overrides.outputTokens !== undefined
  const limit = overrides.outputTokens ?? overrides.outputTokensMax
  const put = (tokens: number | undefined, exact: boolean) =>
    override({
      outputTokens: exact ? tokens : undefined,
      outputTokensMax: exact ? undefined : tokens,
    })
  return (
    <Group grow align="flex-end" gap="sm">
      <NumberInput
        label="Output, tokens"
        placeholder="As asked"
        thousandSeparator
        min={1}
        value={limit ?? ''}
        onChange={(value) => put(numberOf(value), isExact)}
      />
      <Select
        aria-label="How the longest answer is meant"
        data={[
          { value: 'cap', label: 'At most' },
          { value: 'exact', label: 'Whatever was asked' },
        ]}
        allowDeselect={false}
        disabled={limit === undefined}
        value={isExact ? 'exact' : 'cap'}
        onChange={(value) => put(limit, value === 'exact')}
      />
    </Group>
  )
}

interface ChoiceProps {
  label: string
  values: readonly string[]
  value: string | null | undefined
  set: (value: string | null | undefined) => void
}

function Choice({ label, values, value, set }: ChoiceProps) {
  return (
    <Select
      label={label}
      placeholder="As asked"
      data={[leftOut, ...values.map((one) => ({ value: one, label: one }))]}
      clearable
      value={value === undefined ? null : (value ?? leftOut.value)}
      onChange={(next) => set(next === null ? undefined : next === leftOut.value ? null : next)}
    />
  )
}
