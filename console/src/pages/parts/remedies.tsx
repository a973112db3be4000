/**
 * What would turn a refusal: a card for each way, the one that hands out the least first. Who may
 * make a change makes it from here, after seeing what the dry run says; others see whom to ask.
 */
import type { DryRun, OperationId } from '@commonhold/sdk'
import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { counted } from '../../ui/format.ts'
import { Section } from '../../ui/page.tsx'
import { paths } from '../../ui/paths.ts'
import type { Explanation } from './explain-question.ts'
import classes from './remedies.module.css'

type Remedy = Explanation['remedies'][number]
type Change = Remedy['changes'][number]
type Operation = NonNullable<Change['operation']>

const verbs: Record<Change['change'], string> = {
  'resume-tenant': 'Resume',
  'resume-account': 'Resume the account',
  'resume-principal': 'Make active again',
  'add-member': 'Bring in',
  share: 'Share it',
  'widen-share': 'Widen the share',
  'widen-boundary': 'Widen the boundary',
  'make-role': 'Make the role',
  grant: 'Grant it',
  'join-team': 'Add to the team',
  'resume-team': 'Resume the team',
  'renew-token': 'Extend the token',
  'widen-scopes': 'Widen the scopes',
  'new-token': 'Make a token',
}

export function Remedies({ told }: { told: Explanation }) {
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const { remedies } = told
  return (
    <Section
      title="What would change it"
      description={
        remedies.length === 0
          ? undefined
          : 'The smallest changes that make the rule say yes; the one that hands out the least comes first.'
      }
    >
      {remedies.length === 0 ? (
        <p className={classes.none}>Nothing that anybody here could change would allow it.</p>
      ) : (
        <ol className={classes.cards}>
          {remedies.map((remedy, index) => (
            <RemedyCard
              key={remedy.changes.map(({ sentence }) => sentence).join()}
              remedy={remedy}
              isFirst={index === 0 && remedies.length > 1}
              ask={setAsked}
            />
          ))}
        </ol>
      )}
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Section>
  )
}

interface RemedyCardProps {
  remedy: Remedy
  isFirst: boolean
  ask: (confirmation: Confirmation) => void
}

function RemedyCard({ remedy: { changes }, isFirst, ask }: RemedyCardProps) {
  return (
    <li className={classes.card} data-first={isFirst}>
      <div className={classes.head}>
        <span>{counted(changes.length, 'change')}</span>
        {isFirst && <span className={classes.least}>hands out the least</span>}
      </div>
      <ol className={classes.changes}>
        {changes.map((change) => (
          <ChangeItem key={change.sentence} change={change} ask={ask} />
        ))}
      </ol>
    </li>
  )
}

function ChangeItem({ change, ask }: { change: Change; ask: RemedyCardProps['ask'] }) {
  return (
    <li className={classes.change}>
      <p className={classes.sentence}>{change.sentence}</p>
      <div className={classes.who}>
        <span className={classes.whoLabel}>Who can</span>
        <span className={classes.people} title={change.who.sentence}>
          {change.who.sentence}
        </span>
      </div>
      {change.byCaller && change.operation !== null && (
        <DoIt change={change} operation={change.operation} ask={ask} />
      )}
    </li>
  )
}

interface DoItProps {
  change: Change
  operation: Operation
  ask: RemedyCardProps['ask']
}

function DoIt({ change, operation, ask }: DoItProps) {
  const { account } = useActing()
  const navigate = useNavigate()
  const verb = verbs[change.change]
  // A token's secret is shown once, where tokens are made.
  const where = change.change === 'new-token' ? tokensOf(account, operation) : null
  const onClick = () => {
    if (where !== null) return void navigate(where)
    ask(confirmationOf(change, operation, verb))
  }
  return (
    <Button size="xs" variant="light" onClick={onClick} className={classes.button}>
      {verb}
    </Button>
  )
}

function tokensOf(account: string, { params }: Operation) {
  const program = params['virtual-account']
  if (program === undefined) return { to: paths.settings(account), search: { tab: 'tokens' } }
  return { to: paths.virtualAccount(account, program), search: {} }
}

function confirmationOf(change: Change, operation: Operation, verb: string): Confirmation {
  const call = (options: { dryRun?: true }) =>
    client.call(
      operation.id as OperationId,
      camelCased(operation.params),
      operation.body,
      options as never,
    )
  return {
    title: `${verb}?`,
    text: `${change.sentence} It counts with the very next request.`,
    verb,
    done: 'Done. This is the answer now.',
    isDestructive: false,
    preview: () => call({ dryRun: true }) as Promise<DryRun<unknown>>,
    act: () => call({}),
  }
}

/** The client names parameters as JavaScript does: `virtual-account` → `virtualAccount`. */
function camelCased(params: Readonly<Record<string, string>>): Record<string, string> {
  const camel = (name: string) => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [camel(name), value]))
}
