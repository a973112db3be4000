/** Making or changing a virtual model: how it chooses, among which models, and what it does about failures. */
import { Select } from '@mantine/core'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'
import { FailureFields, failureBody, failureValues } from './virtual-model-failures.tsx'
import {
  type Sticky,
  type Strategy,
  stickyLabels,
  type VirtualModel,
} from './virtual-model-labels.ts'
import { newTarget, Targets } from './virtual-model-targets.tsx'

const strategies: { value: Strategy; label: string }[] = [
  { value: 'priority', label: 'In order: the next one when one fails' },
  { value: 'weighted', label: 'By weight: spread over all' },
  { value: 'latency', label: 'By latency: what answers fastest now' },
]
const stickies = Object.entries(stickyLabels).map(([value, label]) => ({ value, label }))

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
      sticky: virtualModel?.sticky ?? ('off' as Sticky),
      targets: virtualModel?.targets.map((target) => ({ ...newTarget(), ...target })) ?? [
        newTarget(),
      ],
      ...failureValues(virtualModel),
    },
    submit: ({ name, displayName, strategy, sticky, targets, ...failures }, account) => {
      const body = {
        name,
        displayName: given(displayName),
        strategy,
        targets: targets.map(({ key: _, ...target }) => target),
      }
      const isSticky = sticky !== 'off' && strategy !== 'priority'
      if (virtualModel === undefined) {
        const more = { ...failureBody(failures, undefined), sticky: isSticky ? sticky : undefined }
        return client.virtualModel.create({ account }, { ...body, ...more })
      }
      const more = { ...failureBody(failures, null), sticky: isSticky ? sticky : null }
      return client.virtualModel.update(
        { account, virtualModel: virtualModel.id },
        { ...body, ...more },
        { ifMatch: virtualModel.revision },
      )
    },
    done: (saved) => `${saved.displayName} saved.`,
    onDone: onSaved,
  })
  const { strategy, sticky, targets } = form.values
  return (
    <FormBody
      form={form}
      submitLabel={virtualModel ? 'Save' : 'Create virtual model'}
      close={close}
      isReady={targets.every(({ model }) => model !== '')}
    >
      <NameFields form={form} placeholder="Chat, default" nameDescription="What callers ask for." />
      <Select
        label="How it chooses"
        data={strategies}
        allowDeselect={false}
        value={strategy}
        onChange={(value) => form.set('strategy', (value ?? 'priority') as Strategy)}
      />
      {strategy !== 'priority' && (
        <Select
          label="What stays together"
          description="Prompt caches at providers help only who comes back."
          data={stickies}
          allowDeselect={false}
          value={sticky}
          error={form.errorOf('sticky')}
          onChange={(value) => form.set('sticky', (value ?? 'off') as Sticky)}
        />
      )}
      <Targets form={form} />
      <FailureFields form={form} />
    </FormBody>
  )
}
