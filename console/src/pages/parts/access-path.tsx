/**
 * The chain of a decision, drawn as a path from who asks to what is asked about: membership, grants,
 * share, boundary. Each link says who made it and when; where the path breaks, it is drawn broken.
 */
import { Box, Check, Frame, KeySquare, Share2, ShieldCheck, UserRound, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useActing } from '../../api/acting.ts'
import { Author } from '../../ui/author.tsx'
import { counted, kindLabel } from '../../ui/format.ts'
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
  holds: boolean
}

export function AccessPath(props: AccessPathProps) {
  const steps = useSteps(props)
  const firstBroken = steps.findIndex((step) => !step.holds)
  return (
    <ol className={classes.path}>
      {steps.map((step, index) => (
        <li
          key={step.id}
          className={classes.step}
          data-holds={step.holds}
          data-reached={firstBroken === -1 || index <= firstBroken}
        >
          <div className={classes.head}>
            {step.icon}
            <span className={classes.title}>{step.title}</span>
            {step.holds ? (
              <Check size={14} className={classes.yes} role="img" aria-label="holds" />
            ) : (
              <X size={14} className={classes.no} role="img" aria-label="does not hold" />
            )}
          </div>
          {step.lines.map((line, number) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place.
            <div key={number} className={classes.line}>
              {line}
            </div>
          ))}
        </li>
      ))}
    </ol>
  )
}

const ICON = { size: 15, strokeWidth: 1.75, 'aria-hidden': true } as const
const GRANTS_SHOWN_MAX = 4

function useSteps({ asked, told, accountName }: AccessPathProps): Step[] {
  const holds = (condition: string) =>
    told.conditions.find((one) => one.condition === condition)?.holds !== false
  const isOnAccount = asked.kind === WHOLE_ACCOUNT
  const isShared = told.share !== null || !holds('eligibility') || !holds('share')
  const steps: (Step | false)[] = [
    {
      id: 'who',
      icon: <UserRound {...ICON} />,
      title: <PrincipalName id={asked.principal} />,
      lines: [`member of ${accountName}`],
      holds: holds('lifecycle') && holds('membership') && holds('tenant_wall'),
    },
    {
      id: 'grant',
      icon: <ShieldCheck {...ICON} />,
      title: told.grants.length > 1 ? counted(told.grants.length, 'grant') : 'Grant',
      lines: grantLines(told),
      holds: holds('grant'),
    },
    !isOnAccount &&
      isShared && {
        id: 'share',
        icon: <Share2 {...ICON} />,
        title: 'Share from the tenant',
        lines: shareLines(told),
        holds: holds('share') && holds('eligibility'),
      },
    {
      id: 'boundary',
      icon: <Frame {...ICON} />,
      title: 'Permission boundary',
      lines: [`of ${accountName}`],
      holds: holds('boundary'),
    },
    !holds('token_scopes') && {
      id: 'scopes',
      icon: <KeySquare {...ICON} />,
      title: 'Scopes of the token',
      lines: ['The token is narrower than its owner.'],
      holds: false,
    },
    {
      id: 'what',
      icon: <Box {...ICON} />,
      title: <ObjectName asked={asked} accountName={accountName} />,
      lines: [`${actionOf(asked.permission)} · ${kindLabel(asked.permission.split(':')[0]!)}`],
      holds: told.allowed,
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
