/** Settings: the organisation's, for its admins; and one's own profile, sessions, tokens, looks. */
import { useActing } from '../api/acting.ts'
import { Page } from '../ui/page.tsx'
import { PageTabs } from '../ui/page-tabs.tsx'
import { AppearanceSettings } from './parts/appearance-settings.tsx'
import { LeaveAccount } from './parts/leave-account.tsx'
import { OrganisationSettings } from './parts/organisation-settings.tsx'
import { ProfileSettings } from './parts/profile-settings.tsx'
import { SessionSettings } from './parts/session-settings.tsx'
import { personalTokens } from './parts/token-api.ts'
import { TokenList } from './parts/tokens.tsx'

export function SettingsPage() {
  const { isRoot, displayName, may } = useActing()
  return (
    <Page title="Settings">
      <PageTabs
        tabs={[
          isRoot &&
            may('account:read') && {
              id: 'organisation',
              label: 'Organisation',
              content: () => <OrganisationSettings />,
            },
          { id: 'profile', label: 'Your profile', content: () => <Profile /> },
          { id: 'sessions', label: 'Your sessions', content: () => <SessionSettings /> },
          {
            id: 'tokens',
            label: 'Your tokens',
            content: () => (
              <TokenList
                api={personalTokens}
                may={() => true}
                emptyText={`A personal access token acts as you, in ${displayName} alone. For programs that go on when you leave, make a virtual account instead.`}
              />
            ),
          },
          { id: 'appearance', label: 'Appearance', content: () => <AppearanceSettings /> },
        ]}
      />
    </Page>
  )
}

function Profile() {
  return (
    <>
      <ProfileSettings />
      <LeaveAccount />
    </>
  )
}
