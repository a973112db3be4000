/** What is in each step of the setup guide: a form of one or two fields that does the step. */
import { Button, Group, Loader, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useActing } from '../../api/acting.ts'
import { modelIds } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { CodeBlock } from '../../ui/copy.tsx'
import { expiryFrom } from '../../ui/expiry.ts'
import { type Form, useForm } from '../../ui/form.ts'
import { nameFrom } from '../../ui/format.ts'
import { paths } from '../../ui/paths.ts'
import { ReferenceSelect } from '../../ui/reference-select.tsx'
import { snippet } from '../../ui/snippets.ts'
import { ConnectSandbox } from './connect-sandbox.tsx'
import { useChatModel, useExampleModel } from './token-secret.tsx'

export function ProviderStep() {
  const { account, may } = useActing()
  const navigate = useNavigate()
  if (!may('provider-account:create')) {
    return (
      <Text c="dimmed">
        Models come from your tenant here. Ask its admins to share one with this account; it appears
        by itself.
      </Text>
    )
  }
  return (
    <>
      <Text c="dimmed" mb="sm">
        Try everything out with the sandbox, which answers by itself and needs no key. Or connect a
        vendor, or a server of your own, that speaks OpenAI’s format.
      </Text>
      <Group gap="xs">
        <ConnectSandbox variant="filled" />
        <Button onClick={() => navigate({ to: paths.providers(account), search: { new: 'true' } })}>
          Connect another provider
        </Button>
      </Group>
    </>
  )
}

export function TeamStep() {
  const { principalId } = useActing()
  const example = useChatModel()
  const form = useForm({
    initial: { displayName: 'Developers', model: '' },
    submit: async ({ displayName, model }, account) => {
      const name = nameFrom(displayName)
      const team = await client.team.create(
        { account },
        { name, displayName, members: [principalId] },
      )
      await client.grant.create(
        { account },
        {
          subject: { type: 'team', team: team.id },
          object: { type: 'resource', kind: 'model', resource: model || (example?.id ?? '') },
          role: 'user',
        },
      )
      return team
    },
    done: (team) => `The team ${team.displayName} may call the model. You are in it.`,
  })
  const chosen = form.values.model || (example?.id ?? '')
  return (
    <StepForm form={form} submitLabel="Create and grant" isReady={chosen !== ''}>
      <TextInput label="Team" w={200} {...form.text('displayName')} />
      <ReferenceSelect
        source={modelIds}
        label="Model"
        placeholder="Choose a model"
        value={chosen}
        onChange={(model) => form.set('model', model)}
      />
    </StepForm>
  )
}

const TEAMS_READ = 10

export function TokenStep({ onSecret }: { onSecret: (secret: string) => void }) {
  const form = useForm({
    initial: { displayName: 'First program' },
    submit: async ({ displayName }, account) => {
      const teams = await client.team.list({ account, sort: '-createdAt', limit: TEAMS_READ })
      const one = await client.virtualAccount.create(
        { account },
        {
          name: nameFrom(displayName),
          displayName,
          teams: teams.items.slice(0, 1).map((t) => t.id),
        },
      )
      return client.token.create(
        { account, virtualAccount: one.id },
        { name: 'first-token', expiresAt: expiryFrom('90') },
      )
    },
    onDone: (token) => onSecret(token.secret),
  })
  return (
    <>
      <Text c="dimmed" mb="sm">
        A virtual account is what a program signs in as. It joins the team, so that it may call the
        model, and gets a token for 90 days.
      </Text>
      <StepForm form={form} submitLabel="Create with a token">
        <TextInput label="Program" w={240} {...form.text('displayName')} />
      </StepForm>
    </>
  )
}

export function CallStep({ model }: { model: string | null }) {
  const { account } = useActing()
  const navigate = useNavigate()
  const example = useExampleModel()
  const { origin } = window.location
  return (
    <Stack gap="sm">
      <CodeBlock
        code={snippet({ format: 'OpenAI', language: 'curl' }, { origin, model: model ?? example })}
        label="The first call"
      />
      <Group gap="sm">
        <Loader size={14} />
        <Text c="dimmed">Waiting for the first call …</Text>
        <Button variant="subtle" onClick={() => navigate({ to: paths.playground(account) })}>
          Or call from the playground
        </Button>
      </Group>
    </Stack>
  )
}

interface StepFormProps<V> {
  form: Form<V>
  submitLabel: string
  isReady?: boolean
  children: ReactNode
}

function StepForm<V>({ form, submitLabel, isReady, children }: StepFormProps<V>) {
  return (
    <form onSubmit={form.onSubmit}>
      <Group align="flex-end" gap="sm">
        {children}
        <Button
          type="submit"
          variant="filled"
          size="sm"
          loading={form.isPending}
          disabled={isReady === false}
        >
          {submitLabel}
        </Button>
      </Group>
      {form.problem !== null && (
        <Text c="red" mt="xs" role="alert">
          {form.problem}
        </Text>
      )}
    </form>
  )
}
