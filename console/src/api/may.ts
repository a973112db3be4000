/**
 * Whether the caller may do something with one object. What holds for the whole account is known
 * already; for the rest the server is asked, so that a grant on just this object counts as well.
 */

import { useActing } from './acting.ts'
import { client } from './client.ts'
import { useOne } from './query.ts'

type Question = Parameters<typeof client.access.check>[1]

interface ResourceRef {
  id: string
  shared: boolean
}

/** @param on the kind of the object, where it is another: a workspace is created in a cluster */
export function useMayOn(
  kind: string,
  action: string,
  object: ResourceRef | undefined,
  on = kind,
): boolean {
  const { may } = useActing()
  const permission = `${kind}:${action}`
  // A share can hold back what the account as a whole has.
  const isKnown = object !== undefined && !object.shared && may(permission)
  const question = { permission, kind: on, resource: object?.id } as Question
  const answer = useOne(
    'access-check',
    `${permission} ${object?.id}`,
    (account) => client.access.check({ account }, question),
    { enabled: object !== undefined && !isKnown },
  )
  return isKnown || answer.data?.allowed === true
}
