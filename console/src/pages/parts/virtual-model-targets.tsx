/** The models behind a virtual one, as a list to add to, order and weigh; each with options of its own. */
import { ActionIcon, Button, Group, NumberInput, Stack, Text } from '@mantine/core'
import { ArrowDown, ArrowUp, Plus, SlidersHorizontal, X } from 'lucide-react'
import { useState } from 'react'
import { modelNames } from '../../api/choices.ts'
import type { Form } from '../../ui/form.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'
import { optionsOf, type Target, TargetOptions } from './target-options.tsx'

export interface TargetValues extends Target {
  /** Only for React: rows are moved and removed. */
  key: string
}

export const newTarget = (): TargetValues => ({ key: String(Math.random()), model: '', weight: 1 })

interface WithTargets {
  strategy: string
  targets: TargetValues[]
}

export function Targets<V extends WithTargets>({ form }: { form: Form<V> }) {
  const { targets, strategy } = form.values
  const [open, setOpen] = useState<string | null>(null)
  const set = (next: TargetValues[]) => form.set('targets', next as V['targets'])
  const change = (key: string, part: Partial<Target>) =>
    set(targets.map((target) => (target.key === key ? { ...target, ...part } : target)))
  return (
    <Stack gap={6}>
      <Text fw={500}>Targets</Text>
      {targets.map((target, at) => (
        <Stack key={target.key} gap={6}>
          <Group gap={6} wrap="nowrap">
            <div style={{ flex: 1, minWidth: 0 }}>
              <ReferenceSelect
                source={modelNames}
                label=""
                aria-label={`Target ${at + 1}`}
                placeholder="Choose a model"
                value={target.model}
                onChange={(model) => change(target.key, { model })}
              />
            </div>
            {strategy === 'priority' ? (
              <Movers at={at} targets={targets} set={set} />
            ) : (
              <NumberInput
                aria-label={`Weight of target ${at + 1}`}
                w={72}
                min={0}
                max={1_000}
                value={target.weight}
                onChange={(weight) => change(target.key, { weight: Number(weight) })}
              />
            )}
            <ActionIcon
              aria-label={`Options of target ${at + 1}`}
              aria-expanded={open === target.key}
              variant={optionsOf(target).length > 0 ? 'light' : 'subtle'}
              onClick={() => setOpen(open === target.key ? null : target.key)}
            >
              <SlidersHorizontal size={14} aria-hidden />
            </ActionIcon>
            <ActionIcon
              aria-label={`Remove target ${at + 1}`}
              disabled={targets.length === 1}
              onClick={() => set(targets.filter(({ key }) => key !== target.key))}
            >
              <X size={14} aria-hidden />
            </ActionIcon>
          </Group>
          {open === target.key && (
            <TargetOptions target={target} change={(part) => change(target.key, part)} />
          )}
        </Stack>
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
  targets: readonly TargetValues[]
  set: (targets: TargetValues[]) => void
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
