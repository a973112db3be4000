/** Adding a model to a provider, or changing it. Prices change by adding a version, on its page. */
import { Group, NumberInput, SegmentedControl, Text, TextInput } from '@mantine/core'
import { providerAccounts } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { nameFrom } from '../../ui/format.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'
import { noPrice, PriceFields, priceFrom } from './price-fields.tsx'

export type Model = Awaited<ReturnType<typeof client.model.get>>

interface ModelFormProps {
  /** Absent: a new one. */
  model?: Model
  provider?: string
  close?: () => void
  onSaved: (model: Model) => void
}

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
      }
      return model === undefined
        ? client.model.create(
            { account },
            { ...body, providerAccount: values.providerAccount, price: priceFrom(values) },
          )
        : client.model.update({ account, model: model.id }, body, { ifMatch: model.revision })
    },
    done: (saved) => `${saved.displayName} saved.`,
    onDone: onSaved,
  })
  const { upstreamModel, name } = form.values
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
      <TextInput
        label="The vendor’s name for it"
        placeholder="gpt-4o-mini"
        required
        value={upstreamModel}
        error={form.errorOf('upstreamModel')}
        onChange={(event) => {
          const typed = event.currentTarget.value
          if (name === nameFrom(upstreamModel)) form.set('name', nameFrom(typed))
          form.set('upstreamModel', typed)
        }}
      />
      <TextInput
        label="Name"
        description="The second part of what callers ask for: provider/name."
        required
        {...form.text('name')}
      />
      <TextInput label="Display name" {...form.text('displayName')} />
      <SegmentedControl
        size="xs"
        aria-label="Type"
        w="fit-content"
        data={[
          { value: 'chat', label: 'Chat' },
          { value: 'embedding', label: 'Embedding' },
        ]}
        value={form.values.type}
        onChange={(value) => form.set('type', value as Model['type'])}
      />
      <Group grow align="flex-start" gap="sm">
        <NumberInput
          label="Context, tokens"
          thousandSeparator
          hideControls
          value={form.values.contextTokensMax}
          error={form.errorOf('contextTokensMax')}
          onChange={(value) => form.set('contextTokensMax', Number(value))}
        />
        <NumberInput
          label="Longest answer, tokens"
          thousandSeparator
          hideControls
          value={form.values.outputTokensMax}
          error={form.errorOf('outputTokensMax')}
          onChange={(value) => form.set('outputTokensMax', Number(value))}
        />
      </Group>
      {model === undefined && (
        <>
          <PriceFields form={form} />
          {form.errorOf('price') !== undefined && (
            <Text c="red" size="xs">
              {form.errorOf('price')}
            </Text>
          )}
          <Text c="dimmed" size="xs">
            Without a price, no caller with a budget can use it. Free is a price of 0.
          </Text>
        </>
      )}
    </FormBody>
  )
}
