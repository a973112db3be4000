/** Adding a model to a provider, or changing it. Prices change by adding a version, on its page. */
import { Group, NumberInput, Select, Text, TextInput } from '@mantine/core'
import { providerAccounts } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { type Form, given, useForm } from '../../ui/form.ts'
import { nameFrom } from '../../ui/format.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'
import { noPrice, PriceFields, type PriceValues, priceFrom } from './price-fields.tsx'

export type Model = Awaited<ReturnType<typeof client.model.get>>

interface ModelFormProps {
  /** Absent: a new one. */
  model?: Model
  provider?: string
  close?: () => void
  onSaved: (model: Model) => void
}

const modelTypes = [
  { value: 'chat', label: 'Chat' },
  { value: 'embedding', label: 'Embedding' },
  { value: 'moderation', label: 'Moderation' },
  { value: 'image', label: 'Images' },
  { value: 'speech', label: 'Speech from text' },
  { value: 'transcription', label: 'Text from speech' },
  { value: 'rerank', label: 'Rerank' },
]

const CONTEXT_TOKENS_USUAL = 128_000
const OUTPUT_TOKENS_USUAL = 16_384

export function ModelForm({ model, provider, close, onSaved }: ModelFormProps) {
  const form = useForm({
    initial: {
      providerAccount: provider ?? '',
      upstreamModel: model?.upstreamModel ?? '',
      displayName: model?.displayName ?? '',
      name: model?.name ?? '',
      type: model?.type ?? ('chat' as Model['type']),
      contextTokensMax: model?.contextTokensMax ?? CONTEXT_TOKENS_USUAL,
      outputTokensMax: model?.outputTokensMax ?? OUTPUT_TOKENS_USUAL,
      audioSecondsMax: model?.audioSecondsMax ?? ('' as number | ''),
      ...noPrice,
    },
    submit: (values, account) => {
      const body = {
        name: values.name,
        displayName: given(values.displayName),
        upstreamModel: values.upstreamModel.trim(),
        type: values.type,
        contextTokensMax: values.contextTokensMax,
        outputTokensMax: values.outputTokensMax,
        ...(values.audioSecondsMax === '' || values.type !== 'transcription'
          ? {}
          : { audioSecondsMax: values.audioSecondsMax }),
      }
      return model === undefined
        ? client.model.create(
            { account },
            {
              ...body,
              providerAccount: values.providerAccount,
              price: priceFrom(values, values.type),
            },
          )
        : client.model.update({ account, model: model.id }, body, { ifMatch: model.revision })
    },
    done: (saved) => `${saved.displayName} saved.`,
    onDone: onSaved,
  })
  return (
    <FormBody form={form} submitLabel={model ? 'Save' : 'Add model'} {...(close ? { close } : {})}>
      {model === undefined && provider === undefined && (
        <ReferenceSelect
          source={providerAccounts}
          label="Provider"
          required
          {...form.value('providerAccount')}
        />
      )}
      <ModelNames form={form} />
      <TextInput label="Display name" {...form.text('displayName')} />
      <Select
        label="Type"
        data={modelTypes}
        allowDeselect={false}
        value={form.values.type}
        onChange={(value) => form.set('type', value as Model['type'])}
      />
      <SizeFields form={form} />
      {form.values.type === 'transcription' && (
        <NumberInput
          label="Longest recording, seconds"
          description="What is held for a file whose length can’t be told from its bytes."
          hideControls
          value={form.values.audioSecondsMax}
          error={form.errorOf('audioSecondsMax')}
          onChange={(value) => form.set('audioSecondsMax', value === '' ? '' : Number(value))}
        />
      )}
      {model === undefined && <FirstPrice form={form} type={form.values.type} />}
    </FormBody>
  )
}

interface NameValues {
  upstreamModel: string
  name: string
}

/** The vendor's name, and the one that callers use, which follows it until it is changed by hand. */
function ModelNames<V extends NameValues>({ form }: { form: Form<V> }) {
  const { upstreamModel, name } = form.values
  const follows = name === nameFrom(upstreamModel)
  return (
    <>
      <TextInput
        label="The vendor’s name for it"
        placeholder="gpt-4o-mini"
        required
        value={upstreamModel}
        error={form.errorOf('upstreamModel')}
        onChange={(event) => {
          const typed = event.currentTarget.value
          if (follows) form.set('name', nameFrom(typed) as V['name'])
          form.set('upstreamModel', typed as V['upstreamModel'])
        }}
      />
      <TextInput
        label="Name"
        description="The second part of what callers ask for: provider/name."
        required
        value={name}
        error={form.errorOf('name')}
        onChange={(event) => form.set('name', event.currentTarget.value as V['name'])}
      />
    </>
  )
}

interface SizeValues {
  contextTokensMax: number
  outputTokensMax: number
}

function SizeFields<V extends SizeValues>({ form }: { form: Form<V> }) {
  const field = (name: keyof SizeValues, label: string) => (
    <NumberInput
      label={label}
      thousandSeparator
      hideControls
      value={form.values[name]}
      error={form.errorOf(name)}
      onChange={(value) => form.set(name, Number(value) as V[typeof name])}
    />
  )
  return (
    <Group grow align="flex-start" gap="sm">
      {field('contextTokensMax', 'Context, tokens')}
      {field('outputTokensMax', 'Longest answer, tokens')}
    </Group>
  )
}

function FirstPrice<V extends PriceValues>({ form, type }: { form: Form<V>; type: string }) {
  const error = form.errorOf('price')
  return (
    <>
      <PriceFields form={form} type={type} />
      {error !== undefined && (
        <Text c="red" size="xs">
          {error}
        </Text>
      )}
      <Text c="dimmed" size="xs">
        Without a price, no caller with a budget can use it. Free is a price of 0.
      </Text>
    </>
  )
}
