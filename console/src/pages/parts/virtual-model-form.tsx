/** Making or changing a virtual model: how it chooses, and among which models. */
import { ActionIcon, Button, Group, NumberInput, Select, Stack, Text } from '@mantine/core'
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { modelNames } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { type Form, given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'
import { ReferenceSelect } from '../../ui/reference-select.tsx'

export type VirtualModel = Awaited<ReturnType<typeof client.virtualModel.get>>
type Strategy = VirtualModel['strategy']

export const strategyLabels: Record<Strategy, string> = {
  priority: 'In order',
  weighted: 'By weight',
  latency: 'By latency',
}

const strategies = [
  { value: 'priority', label: 'In order: the next one when one fails' },
  { value: 'weighted', label: 'By weight: spread over all' },
  { value: 'latency', label: 'By latency: what answers fastest now' },
]

interface Target {
  /** Only for React: rows are moved and removed. */
  key: string
  model: string
  weight: number
}

const newTarget = (): Target => ({ key: String(Math.random()), model: '', weight: 1 })

interface VirtualModelFormProps {
  /** Absent: a new one. */
  virtualModel?: VirtualModel
  close: () => void
  onSaved: (virtualModel: VirtualModel) => void
}

export function VirtualModelForm({ virtualModel, close, onSaved }: VirtualModelFormProps) {
  const form = useForm({
    initial: {
      displayName: virtualModel?.displayName ?? '',
      name: virtualModel?.name ?? '',
      strategy: virtualModel?.strategy ?? ('priority' as Strategy),
      targets: virtualModel?.targets.map((target) => ({ ...newTarget(), ...target })) ?? [
        newTarget(),
      ],
    },
    submit: ({ name, displayName, strategy, targets }, account) => {
      const body = {
        name,
        displayName: given(displayName),
        strategy,
        targets: targets.map(({ model, weight }) => ({ model, weight })),
      }
      return virtualModel === undefined
        ? client.virtualModel.create({ account }, body)
        : client.virtualModel.update({ account, virtualModel: virtualModel.id }, body, {
            ifMatch: virtualModel.revision,
          })
    },
    done: (saved) => `${saved.displayName} saved.`,
    onDone: onSaved,
  })
  return (
    <FormBody
      form={form}
      submitLabel={virtualModel ? 'Save' : 'Create virtual model'}
      close={close}
      isReady={form.values.targets.every(({ model }) => model !== '')}
    >
      <NameFields form={form} placeholder="Chat, default" nameDescription="What callers ask for." />
      <Select
        label="How it chooses"
        data={strategies}
        allowDeselect={false}
        value={form.values.strategy}
        onChange={(value) => form.set('strategy', (value ?? 'priority') as Strategy)}
      />
      <Targets form={form} />
    </FormBody>
  )
}

interface WithTargets {
  strategy: Strategy
  targets: Target[]
}

function Targets<V extends WithTargets>({ form }: { form: Form<V> }) {
  const { targets, strategy } = form.values
  const set = (next: Target[]) => form.set('targets', next)
  const change = (key: string, part: Partial<Target>) =>
    set(targets.map((target) => (target.key === key ? { ...target, ...part } : target)))
  return (
    <Stack gap={6}>
      <Text fw={500}>Targets</Text>
      {targets.map((target, at) => (
        <Group key={target.key} gap={6} wrap="nowrap">
          <div style={{ flex: 1 }}>
            <ReferenceSelect
              source={modelNames}
              label=""
              aria-label={`Target ${at + 1}`}
              placeholder="Choose a model"
              value={target.model}
              onChange={(model) => change(target.key, { model })}
            />
          </div>
          {strategy !== 'priority' ? (
            <NumberInput
              aria-label={`Weight of target ${at + 1}`}
              w={72}
              min={0}
              max={1_000}
              value={target.weight}
              onChange={(weight) => change(target.key, { weight: Number(weight) })}
            />
          ) : (
            <Movers at={at} targets={targets} set={set} />
          )}
          <ActionIcon
            aria-label={`Remove target ${at + 1}`}
            disabled={targets.length === 1}
            onClick={() => set(targets.filter(({ key }) => key !== target.key))}
          >
            <X size={14} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      {form.errorOf('targets') !== undefined && (
        <Text c="red" size="xs">
          {form.errorOf('targets')}
        </Text>
      )}
      <Button
        variant="subtle"
        w="fit-content"
        leftSection={<Plus size={14} aria-hidden />}
        onClick={() => set([...targets, newTarget()])}
      >
        Add a target
      </Button>
    </Stack>
  )
}

interface MoversProps {
  at: number
  targets: readonly Target[]
  set: (targets: Target[]) => void
}

function Movers({ at, targets, set }: MoversProps) {
  const move = (by: 1 | -1) => {
    const next = [...targets]
    next.splice(at + by, 0, ...next.splice(at, 1))
    set(next)
  }
  return (
    <>
      <ActionIcon
        aria-label={`Move target ${at + 1} up`}
        disabled={at === 0}
        onClick={() => move(-1)}
      >
        <ArrowUp size={14} aria-hidden />
      </ActionIcon>
      <ActionIcon
        aria-label={`Move target ${at + 1} down`}
        disabled={at === targets.length - 1}
        onClick={() => move(1)}
      >
        <ArrowDown size={14} aria-hidden />
      </ActionIcon>
    </>
  )
}
