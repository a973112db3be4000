/** A new token, shown this once, with a snippet that calls a model that is there. */
import { useActing } from '../../api/acting.ts'
import { wireName } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'
import { SecretOnce } from '../../ui/secret-once.tsx'

export const MODEL_ABSENT = 'provider/model'
const MODELS_READ = 20

interface TokenSecretProps {
  secret: string | null
  /** What the snippet calls; absent: any chat model of the account. */
  model?: string | null
  close: () => void
}

export function TokenSecret({ secret, model, close }: TokenSecretProps) {
  const example = useExampleModel()
  return (
    <SecretOnce
      title="Your new token"
      secret={secret}
      model={model ?? example}
      note="This is the only time the token is shown. Copy it now; only a hash of it is kept."
      close={close}
    />
  )
}

/** @returns a chat model of the account, if it has one */
export function useChatModel() {
  const { account } = useActing()
  const { data } = useOne('model', 'example', () =>
    client.model.list({ account, limit: MODELS_READ, sort: 'createdAt' }),
  )
  return data?.items.find((one) => one.type === 'chat')
}

/** @returns the same, as callers name it */
export function useExampleModel(): string {
  const model = useChatModel()
  return model === undefined ? MODEL_ABSENT : wireName(model)
}
