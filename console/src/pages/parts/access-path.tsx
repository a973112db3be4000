/**
 * The chain of a decision, drawn as a path from who asks to what is asked about: membership, grants,
 * share, boundary. Each link says who made it and when; where the path breaks, it is drawn broken.
 */
import { Box, Check, Frame, KeySquare, Share2, ShieldCheck, UserRound, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useActing } from '../../api/acting.ts'
import { Author } from '../../ui/author.tsx'
import { counted, kindLabel } from '../../ui/format.ts'
import { kindOf } from '../../ui/kinds.ts'
import { AppLink } from '../../ui/link.tsx'
import { pathOfKind, paths } from '../../ui/paths.ts'
import { PermissionSummary } from '../../ui/permission-summary.tsx'
import { actionOf } from '../../ui/permissions.ts'
import { Time } from '../../ui/time.tsx'
import classes from './access-path.module.css'
import { ObjectName, PrincipalName } from './explain-names.tsx'
import { type Asked, type Explanation, WHOLE_ACCOUNT } from './explain-question.ts'

interface AccessPathProps {
  asked: Asked
  told: Explanation
  accountName: string
}

interface Step {
  id: string
  icon: ReactNode
  title: ReactNode
  lines: readonly ReactNode[]
  /** The conditions of the rule that this link stands for. */
  conditions: readonly string[]
}

export function AccessPath(props: AccessPathProps) {
  const { told } = props
  const failing = (step: Step) =>
    told.conditions.find((one) => !one.holds && step.conditions.includes(one.condition))
  const steps = stepsOf(props).map((step) => ({ ...step, failure: failing(step) }))
  const broken = steps.findIndex(({ failure }) => failure !== undefined)
  const firstBroken = broken === -1 && !told.allowed ? steps.length - 1 : broken
  return (
    <ol className={classes.path}>
      {steps.map((step, index) => (
        <Link
          key={step.id}
          step={step}
          failure={step.failure?.sentence}
          isReached={firstBroken === -1 || index <= firstBroken}
          holds={step.id === 'what' ? told.allowed : step.failure === undefined}
        />
      ))}
    </ol>
  )
}

interface LinkProps {
  step: Step
  failure: string | undefined
  isReached: boolean
  holds: boolean
}

/** Where the path breaks, why takes the place of what is there. */
function Link({ step, failure, isReached, holds }: LinkProps) {
  const lines = failure === undefined ? step.lines : [failure]
  return (
    <li className={classes.step} data-holds={holds} data-reached={isReached}>
      <div className={classes.head}>
        {step.icon}
        <span className={classes.title}>{step.title}</span>
        {holds ? (
          <Check size={14} className={classes.yes} role="img" aria-label="holds" />
        ) : (
          <X size={14} className={classes.no} role="img" aria-label="does not hold" />
        )}
      </div>
      {lines.map((line, number) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place.
        <div key={number} className={classes.line}>
          {line}
        </div>
      ))}
    </li>
  )
}

const ICON = { size: 15, strokeWidth: 1.75, 'aria-hidden': true } as const
const GRANTS_SHOWN_MAX = 4

function stepsOf({ asked, told, accountName }: AccessPathProps): Step[] {
  const holds = (condition: string) =>
    told.conditions.find((one) => one.condition === condition)?.holds !== false
  const isShared = told.share !== null || !holds('eligibility') || !holds('share')
  const steps: (Step | false)[] = [
    {
      id: 'who',
      icon: <UserRound {...ICON} />,
      title: <PrincipalName id={asked.principal} />,
      lines: [`member of ${accountName}`],
      conditions: ['tenant_wall', 'lifecycle', 'membership'],
    },
    {
      id: 'grant',
      icon: <ShieldCheck {...ICON} />,
      title: told.grants.length > 1 ? counted(told.grants.length, 'grant') : 'Grant',
      lines: grantLines(told),
      conditions: ['grant'],
    },
    asked.kind !== WHOLE_ACCOUNT &&
      isShared && {
        id: 'share',
        icon: <Share2 {...ICON} />,
        title: 'Share from the tenant',
        lines: shareLines(told),
        conditions: ['eligibility', 'share'],
      },
    {
      id: 'boundary',
      icon: <Frame {...ICON} />,
      title: 'Permission boundary',
      lines: [`of ${accountName}`],
      conditions: ['boundary'],
    },
    !holds('token_scopes') && {
      id: 'scopes',
      icon: <KeySquare {...ICON} />,
      title: 'Scopes of the token',
      lines: [],
      conditions: ['token_scopes'],
    },
    {
      id: 'what',
      icon: <Box {...ICON} />,
      title: <ObjectName asked={asked} accountName={accountName} />,
      lines: [`${actionOf(asked.permission)} · ${kindLabel(kindOf(asked.permission))}`],
      conditions: [],
    },
  ]
  return steps.filter((step) => step !== false)
}

function grantLines({ grants }: Explanation): ReactNode[] {
  if (grants.length === 0) return ['None gives this.']
  const shown = grants
    .slice(0, GRANTS_SHOWN_MAX)
    .map((grant) => <GrantLine key={grant.grant} grant={grant} />)
  const more = grants.length - shown.length
  return more > 0 ? [...shown, `and ${more} more`] : shown
}

function GrantLine({ grant }: { grant: Explanation['grants'][number] }) {
  const { account } = useActing()
  const { subject, role, object, createdAt, createdBy } = grant
  const to = subject.type === 'team' ? pathOfKind('team', account, subject.id) : null
  return (
    <>
      <AppLink to={paths.role(account, role)}>{role}</AppLink> on {object}
      {to !== null && (
        <>
          {' '}
          through the team <AppLink to={to}>{subject.name}</AppLink>
        </>
      )}
      <div className={classes.made}>
        by <Author id={createdBy} />, <Time at={createdAt} />
      </div>
    </>
  )
}

function shareLines({ share }: Explanation): ReactNode[] {
  if (share === null) return ['Not shared with this account.']
  return [
    <>
      at most <PermissionSummary permissions={share.permissions} />
    </>,
    <span key="made" className={classes.made}>
      by <Author id={share.createdBy} />, <Time at={share.createdAt} />
    </span>,
  ]
}
