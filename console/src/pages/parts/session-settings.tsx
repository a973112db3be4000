/** Where one is signed in, with the way to end each of those sessions. */
import { Button } from '@mantine/core'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import { useOne } from '../../api/query.ts'
import { browserText } from '../../ui/browser.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'

type Session = Awaited<ReturnType<typeof client.session.list>>['items'][number]

const columns: readonly Column<Session>[] = [
  {
    id: 'browser',
    header: 'Session',
    cell: (session) => (
      <span title={session.userAgent ?? undefined}>
        {browserText(session.userAgent)} {session.current && <Tag>This one</Tag>}
      </span>
    ),
  },
  { id: 'address', header: 'From', width: 170, from: 'sm', cell: ({ address }) => address ?? '–' },
  {
    id: 'seen',
    header: 'Last seen',
    width: 130,
    cell: (session) => <Time at={session.lastSeenAt} />,
  },
  {
    id: 'created',
    header: 'Since',
    width: 130,
    from: 'sm',
    cell: (session) => <Time at={session.createdAt} />,
  },
  {
    id: 'expires',
    header: 'Ends',
    width: 130,
    from: 'md',
    cell: (session) => <Time at={session.expiresAt} />,
  },
]

export function SessionSettings() {
  const sessions = useOne('session', 'list', () => client.session.list())
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const revoke = (session: Session) =>
    setAsked({
      title: 'End this session?',
      text: `${browserText(session.userAgent)} is signed out at once.`,
      verb: 'End session',
      done: 'Session ended.',
      preview: () => client.session.revoke({ session: session.id }, { dryRun: true }),
      act: () => client.session.revoke({ session: session.id }),
    })
  return (
    <>
      <DataTable
        label="Your sessions"
        query={sessions}
        columns={columns}
        rowKey={(session) => session.id}
        rowActions={(session) =>
          session.current ? null : (
            <Button size="compact-xs" onClick={() => revoke(session)}>
              End
            </Button>
          )
        }
        empty={null}
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </>
  )
}
