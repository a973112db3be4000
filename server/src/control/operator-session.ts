/** Sessions of the operator, begun with the operator key. */
import { operatorSession as contract, Refusal } from '@commonhold/contract'
import { newSecretText } from '../crypto/credential-hash.ts'
import {
  deleteOperatorSession,
  findOperatorSession,
  insertOperatorSession,
} from '../store/operator-session.ts'
import { addressLimit, countAttempt, operatorAttemptsPerAddressMax } from './attempt-limits.ts'
import { implementOpen } from './context.ts'
import { DryRun, isDryRun } from './dry-run.ts'
import { isOperatorKey, operatorCsrfToken } from './operator-credential.ts'

export const operatorSessionHoursMax = 12
const hourMs = 60 * 60 * 1_000

const create = implementOpen(contract.create, async ({ services, body, call, now }) => {
  const limit = addressLimit('operator', call.address, operatorAttemptsPerAddressMax)
  const succeeded = countAttempt(services, [limit], now)
  if (!isOperatorKey(services, body.key)) {
    throw new Refusal('sign_in_failed', 'This is not the operator key of this deployment.')
  }
  succeeded()
  const text = newSecretText('sess')
  const hash = services.hasher.hash(text)
  const expiresAt = new Date(now.getTime() + operatorSessionHoursMax * hourMs)
  await services.database.withControlPlane((tx) => insertOperatorSession(tx, { hash, expiresAt }))
  services.log.info({ address: call.address, requestId: call.requestId }, 'the operator signed in')
  return {
    cookie: { realm: 'operator', text, expiresAt },
    body: {
      csrfToken: operatorCsrfToken(services, hash),
      expiresAt: expiresAt.toISOString(),
    },
  }
})

const get = implementOpen(contract.get, async ({ services, call }) => {
  const hash = services.hasher.hash(call.credential!.text)
  const session = await services.database.withControlPlane((tx) => findOperatorSession(tx, hash))
  return {
    body: {
      csrfToken: operatorCsrfToken(services, hash),
      expiresAt: session?.expiresAt.toISOString() ?? null,
    },
  }
})

const signOut = implementOpen(contract.delete, async ({ services, call }) => {
  if (isDryRun(call)) throw new DryRun([], [], undefined)
  const hash = services.hasher.hash(call.credential!.text)
  await services.database.withControlPlane((tx) => deleteOperatorSession(tx, hash))
  return { body: undefined, cookie: null }
})

export const operatorSessionImplementations = [create, get, signOut]
