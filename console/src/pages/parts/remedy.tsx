/** What would change a refusal: the thing that is missing, and the page where it can be made. */
import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { type Acting, useActing } from '../../api/acting.ts'
import { AppLink } from '../../ui/link.tsx'
import { Section } from '../../ui/page.tsx'
import { paths } from '../../ui/paths.ts'
import type { Asked, Explanation } from './explain-question.ts'

interface RemedyProps {
  asked: Asked
  told: Explanation
}

type Verdict = Explanation['verdict']
type Writer = (acting: Acting, asked: Asked) => ReactNode

export function Remedy({ asked, told }: RemedyProps) {
  const acting = useActing()
  const text = remedies[told.verdict]?.(acting, asked)
  if (text === undefined) return null
  return (
    <Section title="What would change it">
      <Text>{text}</Text>
    </Section>
  )
}

const remedies: Partial<Record<Verdict, Writer>> = {
  no_grant: ({ account, may }, { permission }) => (
    <>
      A grant of a role that has <span className="mono">{permission}</span>.{' '}
      {may('grant:create') ? (
        <AppLink to={paths.grants(account)} search={{ new: 'true' }}>
          Make one
        </AppLink>
      ) : (
        'Somebody who may grant access can make one.'
      )}
    </>
  ),
  not_eligible: ({ account, isRoot }) =>
    isRoot ? (
      'It has to be something that this account owns.'
    ) : (
      <>
        An admin of the tenant has to share it with this account.{' '}
        <AppLink to={paths.sharing(account)}>See what is shared</AppLink>
      </>
    ),
  outside_boundary: () =>
    'The permission boundary of this account leaves it out. Only an admin of the tenant can widen it.',
  outside_share: ({ account }) => (
    <>
      The share from the tenant leaves it out. Only an admin of the tenant can widen it.{' '}
      <AppLink to={paths.sharing(account)}>See what is shared</AppLink>
    </>
  ),
  outside_token_scopes: () => 'A token with wider scopes, or one that is not narrowed.',
  not_a_member: ({ account, may }) =>
    may('user:create') ? (
      <AppLink to={paths.users(account)} search={{ new: 'true' }}>
        Invite the person into this account
      </AppLink>
    ) : (
      'The person has to be invited into this account.'
    ),
  team_not_active: ({ account }) => (
    <>
      The team that has it is suspended. <AppLink to={paths.teams(account)}>See the teams</AppLink>
    </>
  ),
  principal_not_active: () => 'The person or virtual account has to be made active again.',
  token_not_active: () => 'A token that is not expired or revoked.',
  account_not_active: () => 'An admin of the tenant has to resume this account.',
  tenant_not_active: () => 'The operator of this deployment has to resume the tenant.',
}
