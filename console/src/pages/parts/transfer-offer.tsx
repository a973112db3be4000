/**
 * Offering a resource to another account: to whom, with its stored secrets or without, then what is
 * lost by it, as the API foresees it. The other account has to accept.
 */
import { Checkbox, Text } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { accountsAndRoot } from '../../api/choices.ts'
import { meQuery } from '../../api/session.ts'
import { keepsSecret, offerTransfer, previewTransfer } from '../../api/transfer.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { FormBody } from '../../ui/drawer.tsx'
import { useForm } from '../../ui/form.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'

interface TransferOfferProps {
  kind: string
  noun: string
  object: { id: string; name: string; displayName: string }
  close: () => void
}

export function TransferOffer({ kind, noun, object, close }: TransferOfferProps) {
  const { account, accountId } = useActing()
  const { data: me } = useSuspenseQuery(meQuery)
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const name = object.displayName || object.name
  const hasSecrets = keepsSecret.includes(kind)
  const form = useForm({
    initial: { to: '', withSecrets: true },
    submit: async ({ to, withSecrets }) => {
      const offer = { kind, account, id: object.id, to, ...(hasSecrets ? { withSecrets } : {}) }
      setAsked({
        title: `Offer ${name} to another account?`,
        text: 'Nothing moves until the other account accepts. Until then you can take the offer back.',
        verb: 'Offer',
        done: `${name} is offered. It is listed under Transfers until it is accepted.`,
        preview: () => previewTransfer(offer),
        act: () => offerTransfer(offer),
        onDone: close,
      })
    },
  })
  return (
    <>
      <FormBody
        form={form}
        submitLabel="See what is lost"
        close={close}
        isReady={form.values.to !== ''}
      >
        <Text>
          The {noun} goes to the other account with all that is in it. Whoever has access here loses
          it; what was used and paid stays on record here.
        </Text>
        <ReferenceSelect
          source={accountsAndRoot(me.tenant.displayName, accountId)}
          label="To which account"
          placeholder="Choose an account"
          {...form.value('to')}
        />
        {hasSecrets && (
          <Checkbox
            label="Stored keys and values go along"
            description="The other account can use them from then on. Without this they are wiped."
            checked={form.values.withSecrets}
            onChange={(event) => form.set('withSecrets', event.currentTarget.checked)}
          />
        )}
      </FormBody>
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </>
  )
}
