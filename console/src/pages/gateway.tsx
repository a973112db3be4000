/**
 * The gateway, for whoever writes a program: where calls are sent, with what key, and the first of them
 * to copy. The console is served by the gateway's own port, so its own origin is the address.
 */
import { useActing } from '../api/acting.ts'
import { Copyable } from '../ui/copy.tsx'
import { Details } from '../ui/details.tsx'
import { AppLink } from '../ui/link.tsx'
import { Page, Section } from '../ui/page.tsx'
import { paths } from '../ui/paths.ts'
import { baseUrl } from '../ui/snippets.ts'
import { FirstCall } from './parts/first-call.tsx'

/** The server renders the guide; its table of routes comes first. */
const ROUTES_GUIDE = '/docs/gateway'

export function GatewayPage() {
  const { origin } = window.location
  return (
    <Page
      title="Gateway"
      description="Programs call models here, with the client that they have already."
      width="text"
    >
      <Details
        facts={[
          ['OpenAI’s clients', <Address key="openai" value={baseUrl('OpenAI', origin)} />],
          ['Anthropic’s clients', <Address key="anthropic" value={baseUrl('Anthropic', origin)} />],
          ['Key', <Key key="key" />],
          [
            'Routes',
            <a key="routes" className="link" href={ROUTES_GUIDE} target="_blank" rel="noreferrer">
              All that are served, and how they are held and billed
            </a>,
          ],
        ]}
      />
      <Section title="A first call">
        <FirstCall />
      </Section>
      <Section title="What became of calls">
        <Afterwards />
      </Section>
    </Page>
  )
}

function Address({ value }: { value: string }) {
  return <Copyable value={value} label="Copy the base URL" />
}

function Key() {
  const { account, may } = useActing()
  const own = (
    <AppLink to={paths.settings(account)} search={{ tab: 'tokens' }}>
      one of your own
    </AppLink>
  )
  if (!may('virtual-account:read')) return <>A token: {own}</>
  return (
    <>
      A token: of a <AppLink to={paths.virtualAccounts(account)}>virtual account</AppLink> for a
      program that stays, {own} to try something
    </>
  )
}

function Afterwards() {
  const { account, may } = useActing()
  const requests = may('request-log:read')
    ? 'What was answered or refused, and why'
    : 'What was answered or refused of your own calls, and why'
  return (
    <Details
      facts={[
        [
          'Requests',
          <AppLink key="requests" to={paths.requests(account)}>
            {requests}
          </AppLink>,
        ],
        may('usage:read') && [
          'Usage',
          <AppLink key="usage" to={paths.usage(account)}>
            Tokens and cost of each call
          </AppLink>,
        ],
        may('budget:read') && [
          'Budgets and limits',
          <AppLink key="budgets" to={paths.budgets(account)}>
            What may be spent, and what is left of it
          </AppLink>,
        ],
      ]}
    />
  )
}
