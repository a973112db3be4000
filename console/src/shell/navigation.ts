/**
 * What there is to go to, by what people do. The sidebar and the palette both come from this list.
 * An entry whose permission the caller lacks is absent; lists of resources are open to every member,
 * because each member sees in them what it may read.
 */
import {
  Activity,
  ArrowLeftRight,
  BookOpenText,
  Boxes,
  Brain,
  Cable,
  ChartColumn,
  CircleGauge,
  ClipboardCheck,
  Compass,
  FileClock,
  Fingerprint,
  FlaskConical,
  Gauge,
  KeyRound,
  type LucideIcon,
  PlugZap,
  Receipt,
  Route,
  ScrollText,
  Server,
  Settings,
  Share2,
  ShieldCheck,
  Split,
  SquareStack,
  UserRound,
  Users,
} from 'lucide-react'
import type { Acting } from '../api/acting.ts'
import { paths } from '../ui/paths.ts'

export interface NavigationEntry {
  label: string
  icon: LucideIcon
  to: (account: string) => string
  /** Absent: every member. */
  needs?: string
  /** Another reason to show it, or not. */
  when?: (acting: Acting) => boolean
  /** Words that the palette finds it by, besides its label. */
  keywords?: readonly string[]
}

export interface NavigationGroup {
  label: string | null
  entries: readonly NavigationEntry[]
}

const groups: readonly NavigationGroup[] = [
  {
    label: null,
    entries: [
      { label: 'Overview', icon: Compass, to: paths.overview, keywords: ['home', 'setup'] },
      { label: 'Playground', icon: FlaskConical, to: paths.playground, keywords: ['chat', 'try'] },
    ],
  },
  {
    label: 'AI gateway',
    entries: [
      {
        label: 'Gateway',
        icon: Cable,
        to: paths.gateway,
        keywords: ['base url', 'endpoint', 'snippet', 'curl', 'sdk', 'connect'],
      },
      { label: 'Models', icon: Brain, to: paths.models, keywords: ['price', 'llm'] },
      { label: 'Providers', icon: PlugZap, to: paths.providers, keywords: ['vendor', 'openai'] },
      { label: 'Virtual models', icon: Split, to: paths.virtualModels, keywords: ['routing'] },
      { label: 'Prompts', icon: BookOpenText, to: paths.prompts },
      {
        label: 'Requests',
        icon: ScrollText,
        to: paths.requests,
        keywords: ['log', 'refused', 'trace', 'latency'],
      },
    ],
  },
  {
    label: 'Compute',
    entries: [
      { label: 'Clusters', icon: Server, to: paths.clusters, keywords: ['kubernetes'] },
      { label: 'Workspaces', icon: Boxes, to: paths.workspaces, keywords: ['namespace'] },
      { label: 'Secrets', icon: KeyRound, to: paths.secrets },
    ],
  },
  {
    label: 'People',
    entries: [
      { label: 'Users', icon: UserRound, to: paths.users, needs: 'user:read' },
      { label: 'Teams', icon: Users, to: paths.teams, needs: 'team:read' },
      {
        label: 'Virtual accounts',
        icon: Fingerprint,
        to: paths.virtualAccounts,
        needs: 'virtual-account:read',
        keywords: ['token', 'key', 'service account'],
      },
    ],
  },
  {
    label: 'Access',
    entries: [
      { label: 'Grants', icon: ShieldCheck, to: paths.grants, needs: 'grant:read' },
      { label: 'Roles', icon: SquareStack, to: paths.roles, needs: 'role:read' },
      {
        label: 'Sharing',
        icon: Share2,
        to: paths.sharing,
        needs: 'share:read',
        when: (acting) => acting.knowsAccounts,
      },
      {
        label: 'Transfers',
        icon: ArrowLeftRight,
        to: paths.transfers,
        when: (acting) => acting.knowsAccounts,
        keywords: ['move', 'offer', 'give'],
      },
      { label: 'Explain', icon: Route, to: paths.explain, keywords: ['why', 'access'] },
      {
        label: 'Review',
        icon: ClipboardCheck,
        to: paths.review,
        needs: 'grant:read',
        keywords: ['unused', 'expiring', 'recertification'],
      },
    ],
  },
  {
    label: 'Spend',
    entries: [
      { label: 'Usage', icon: ChartColumn, to: paths.usage, needs: 'usage:read' },
      {
        label: 'Budgets and limits',
        icon: Gauge,
        to: paths.budgets,
        needs: 'budget:read',
        keywords: ['rate'],
      },
      { label: 'Invoices', icon: Receipt, to: paths.invoices, needs: 'invoice:read' },
    ],
  },
  {
    label: null,
    entries: [
      { label: 'Audit', icon: FileClock, to: paths.audit, needs: 'audit-event:read' },
      {
        label: 'Accounts',
        icon: CircleGauge,
        to: paths.accounts,
        needs: 'account:create',
        when: (acting) => acting.isRoot,
        keywords: ['division', 'department'],
      },
      { label: 'Settings', icon: Settings, to: paths.settings, keywords: ['password', 'session'] },
    ],
  },
]

/** Only what the caller may go to; groups that are empty then are gone. */
export function navigationFor(acting: Acting): NavigationGroup[] {
  return groups
    .map(({ label, entries }) => ({
      label,
      entries: entries.filter(
        ({ needs, when }) =>
          (needs === undefined || acting.may(needs)) && (when === undefined || when(acting)),
      ),
    }))
    .filter(({ entries }) => entries.length > 0)
}

export interface PaletteAction {
  label: string
  needs: string
  to: (account: string) => string
}

/** What the palette can begin at once: each opens the form of a list. */
export const paletteActions: readonly PaletteAction[] = [
  { label: 'New provider', needs: 'provider-account:create', to: paths.providers },
  { label: 'New virtual model', needs: 'virtual-model:create', to: paths.virtualModels },
  { label: 'New prompt', needs: 'prompt:create', to: paths.prompts },
  { label: 'New cluster', needs: 'cluster:create', to: paths.clusters },
  { label: 'New secret group', needs: 'secret-group:create', to: paths.secrets },
  { label: 'Invite a user', needs: 'user:create', to: paths.users },
  { label: 'New team', needs: 'team:create', to: paths.teams },
  { label: 'New virtual account', needs: 'virtual-account:create', to: paths.virtualAccounts },
  { label: 'New grant', needs: 'grant:create', to: paths.grants },
  { label: 'New role', needs: 'role:create', to: paths.roles },
  { label: 'New budget', needs: 'budget:create', to: paths.budgets },
]

export const actionIcon: LucideIcon = Activity
