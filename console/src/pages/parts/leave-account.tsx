/** Leaving the acting account by oneself: one's grants, teams and tokens in it go. */
import { Button } from '@mantine/core'
import { LogOut } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { Section } from '../../ui/page.tsx'
import { paths } from '../../ui/paths.ts'

export function LeaveAccount() {
  const { account, displayName, knowsAccounts } = useActing()
  const [asked, setAsked] = useState<Confirmation | null>(null)
  if (!knowsAccounts) return null
  const leave = () =>
    setAsked({
      title: `Leave ${displayName}?`,
      text: 'You can’t act in it any more. Coming back takes an invitation, and brings nothing back.',
      verb: 'Leave',
      done: `You have left ${displayName}.`,
      preview: () => client.me.leave({ account }, { dryRun: true }),
      act: () => client.me.leave({ account }),
      // Everything that is on the screen was read in the account that is left.
      onDone: () => window.location.assign(paths.home),
    })
  return (
    <Section title={`Your place in ${displayName}`}>
      <Button leftSection={<LogOut size={14} aria-hidden />} onClick={leave}>
        Leave {displayName}
      </Button>
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Section>
  )
}
