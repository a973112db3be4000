/** One click: the built-in test provider with its models and their declared prices. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { client } from '../../api/client.ts'
import { useChange } from '../../api/query.ts'
import { hasCode } from '../../api/sentence.ts'
import { tenantQuery } from '../../api/session.ts'

type ModelInput = Parameters<typeof client.model.create>[1]

const NAME = 'sandbox'

const price = (inputPerMillionUsd: string, outputPerMillionUsd: string) => ({
  inputPerMillionUsd,
  outputPerMillionUsd,
})

const models: readonly Omit<ModelInput, 'providerAccount'>[] = [
  {
    name: 'sandbox-fast',
    displayName: 'Sandbox, fast',
    upstreamModel: 'sandbox-fast',
    type: 'chat',
    contextTokensMax: 128_000,
    outputTokensMax: 4_096,
    price: price('0.15', '0.60'),
  },
  {
    name: 'sandbox-slow',
    displayName: 'Sandbox, slow',
    upstreamModel: 'sandbox-slow',
    type: 'chat',
    contextTokensMax: 128_000,
    outputTokensMax: 4_096,
    price: price('2.50', '10'),
  },
  {
    name: 'sandbox-embed',
    displayName: 'Sandbox, embeddings',
    upstreamModel: 'sandbox-embed',
    type: 'embedding',
    contextTokensMax: 8_192,
    outputTokensMax: 0,
    price: price('0.02', '0'),
  },
]

/** What a former attempt has made already is not made again. */
async function unlessTaken(create: () => Promise<unknown>): Promise<void> {
  try {
    await create()
  } catch (error) {
    if (!hasCode(error, 'name_taken')) throw error
  }
}

async function connect(account: string): Promise<void> {
  await unlessTaken(() =>
    client.providerAccount.create(
      { account },
      { name: NAME, displayName: 'Sandbox', provider: 'sandbox' },
    ),
  )
  for (const model of models) {
    await unlessTaken(() => client.model.create({ account }, { ...model, providerAccount: NAME }))
  }
}

export function ConnectSandbox({ variant = 'default' }: { variant?: 'default' | 'filled' }) {
  const { data: tenant } = useQuery(tenantQuery)
  const change = useChange((_: undefined, account) => connect(account), {
    done: 'The sandbox is connected, with three models.',
  })
  if (tenant?.sandbox === false) return null
  return (
    <Button
      variant={variant}
      leftSection={<FlaskConical size={14} aria-hidden />}
      loading={change.isPending}
      onClick={() => change.mutate(undefined)}
    >
      Connect the sandbox
    </Button>
  )
}
