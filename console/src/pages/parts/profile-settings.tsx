/** One's own name and password. */
import { PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import { meQuery } from '../../api/session.ts'
import { Copyable } from '../../ui/copy.tsx'
import { Details } from '../../ui/details.tsx'
import { FormBody } from '../../ui/drawer.tsx'
import { useForm } from '../../ui/form.ts'
import { Section } from '../../ui/page.tsx'
import classes from './settings-form.module.css'

export function ProfileSettings() {
  const { data: me } = useSuspenseQuery(meQuery)
  const [changed, setChanged] = useState(0)
  return (
    <>
      <Section title="You">
        <div className={classes.form}>
          <NameForm displayName={me.principal.displayName} />
        </div>
      </Section>
      <Section
        title="Password"
        description="Changing it ends every other session of yours, at once."
      >
        <div className={classes.form}>
          <PasswordForm key={changed} onDone={() => setChanged(changed + 1)} />
        </div>
      </Section>
      <Section title="About">
        <Details
          facts={[
            ['E-mail', me.principal.email ?? '–'],
            ['Id', <Copyable key="id" value={me.principal.id} label="Copy the id" />],
          ]}
        />
      </Section>
    </>
  )
}

function NameForm({ displayName }: { displayName: string }) {
  const cache = useQueryClient()
  const form = useForm({
    initial: { displayName },
    submit: (values) => client.me.update({}, { displayName: values.displayName.trim() }),
    done: 'Saved.',
    onDone: () => void cache.invalidateQueries({ queryKey: meQuery.queryKey }),
  })
  return (
    <FormBody
      form={form}
      submitLabel="Save"
      isReady={form.values.displayName.trim() !== displayName}
    >
      <TextInput label="Your name" autoComplete="name" {...form.text('displayName')} />
    </FormBody>
  )
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const form = useForm({
    initial: { currentPassword: '', newPassword: '' },
    submit: (values) => client.me.changePassword({}, values),
    done: 'Password changed. Every other session has ended.',
    onDone,
  })
  const { currentPassword, newPassword } = form.values
  return (
    <FormBody
      form={form}
      submitLabel="Change password"
      isReady={currentPassword !== '' && newPassword !== ''}
    >
      <PasswordInput
        label="Password now"
        autoComplete="current-password"
        {...form.text('currentPassword')}
      />
      <PasswordInput
        label="New password"
        description="12 characters or more. Several words are better than one with signs in it."
        autoComplete="new-password"
        {...form.text('newPassword')}
      />
    </FormBody>
  )
}
