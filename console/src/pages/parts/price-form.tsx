/** A new version of a price, in force from now or from a later time. */
import { Checkbox, TextInput } from '@mantine/core'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import type { Price } from './current-price.tsx'
import type { Model } from './model-form.tsx'
import { PriceFields, priceFrom, priceValuesOf } from './price-fields.tsx'

interface PriceFormProps {
  model: Model
  before: Price | null
  close: () => void
}

export function PriceForm({ model, before, close }: PriceFormProps) {
  const form = useForm({
    initial: {
      ...priceValuesOf(model.type, before),
      validFrom: '',
      confirmImplausible: false,
    },
    submit: (values, account) => {
      const from = given(values.validFrom)
      return client.price.create(
        { account, model: model.id },
        {
          inputPerMillionUsd: '',
          outputPerMillionUsd: '',
          ...priceFrom(values, model.type),
          ...(from === undefined ? {} : { validFrom: new Date(from).toISOString() }),
          ...(values.confirmImplausible ? { confirmImplausible: true } : {}),
        },
      )
    },
    done: (price) => `Version ${price.version} of the price saved.`,
    onDone: close,
  })
  return (
    <FormBody form={form} submitLabel="Save price" close={close} isReady={form.isDirty}>
      <PriceFields form={form} type={model.type} />
      <TextInput
        type="datetime-local"
        label="Valid from"
        description="In your own time zone. Empty: from now."
        {...form.text('validFrom')}
      />
      {(form.problem !== null || form.values.confirmImplausible) && (
        <Checkbox
          label="The price is right, although it looks as if it was typed in another unit"
          checked={form.values.confirmImplausible}
          onChange={(event) => form.set('confirmImplausible', event.currentTarget.checked)}
        />
      )}
    </FormBody>
  )
}
