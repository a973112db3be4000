/**
 * The map of the product: every address and the page that it shows. Pages are loaded when they are
 * first needed, or when the pointer rests on a link to them.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent as lazy,
  Outlet,
  type RouteComponent,
  redirect,
} from '@tanstack/react-router'
import { queryClient, whenSessionEnds } from './api/query-client.ts'
import { accountMeQuery, forgetSession, isSignedOut, meQuery, sessionQuery } from './api/session.ts'
import { AccountLayout } from './shell/account-layout.tsx'
import { lastAccount, rememberAccount } from './shell/last-account.ts'
import { LoadingFrame } from './shell/loading-frame.tsx'
import { NotFoundPage, RouteErrorPage } from './shell/route-states.tsx'
import { paths } from './ui/paths.ts'
import { parseSearch, type Search, stringifySearch } from './ui/search.ts'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage })

function open(path: string, component: RouteComponent) {
  return createRoute({ getParentRoute: () => root, path, component })
}

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async () => {
    const session = await queryClient.ensureQueryData(sessionQuery)
    if (session === null) throw redirect({ to: paths.signIn })
    const me = await queryClient.fetchQuery(meQuery)
    throw redirect({ to: paths.overview(lastAccount(me.accounts)) })
  },
})

const account = createRoute({
  getParentRoute: () => root,
  path: '/$account',
  component: AccountLayout,
  pendingComponent: LoadingFrame,
  errorComponent: RouteErrorPage,
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery)
    if (session !== null) return
    throw redirect({ to: paths.signIn, search: { next: location.href } })
  },
  loader: async ({ params }) => {
    await Promise.all([
      queryClient.ensureQueryData(meQuery),
      queryClient.ensureQueryData(accountMeQuery(params.account)),
    ])
    rememberAccount(params.account)
  },
})

const accountHome = createRoute({
  getParentRoute: () => account,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: paths.overview((params as Search).account ?? 'root') })
  },
})

function page(path: string, component: RouteComponent) {
  return createRoute({
    getParentRoute: () => account,
    path,
    component,
    errorComponent: RouteErrorPage,
  })
}

const routeTree = root.addChildren([
  home,
  open(
    '/sign-in',
    lazy(() => import('./pages/sign-in.tsx'), 'SignInPage'),
  ),
  open(
    '/t/$tenant/sign-in',
    lazy(() => import('./pages/sign-in.tsx'), 'SignInPage'),
  ),
  open(
    '/signup',
    lazy(() => import('./pages/signup.tsx'), 'SignUpPage'),
  ),
  open(
    '/accept',
    lazy(() => import('./pages/accept.tsx'), 'AcceptPage'),
  ),
  open(
    '/operator',
    lazy(() => import('./pages/operator.tsx'), 'OperatorPage'),
  ),
  account.addChildren([
    accountHome,
    page(
      'overview',
      lazy(() => import('./pages/overview.tsx'), 'OverviewPage'),
    ),
    page(
      'playground',
      lazy(() => import('./pages/playground.tsx'), 'PlaygroundPage'),
    ),

    page(
      'gateway',
      lazy(() => import('./pages/gateway.tsx'), 'GatewayPage'),
    ),
    page(
      'models',
      lazy(() => import('./pages/models.tsx'), 'ModelsPage'),
    ),
    page(
      'models/$model',
      lazy(() => import('./pages/model.tsx'), 'ModelPage'),
    ),
    page(
      'providers',
      lazy(() => import('./pages/providers.tsx'), 'ProvidersPage'),
    ),
    page(
      'providers/$provider',
      lazy(() => import('./pages/provider.tsx'), 'ProviderPage'),
    ),
    page(
      'virtual-models',
      lazy(() => import('./pages/virtual-models.tsx'), 'VirtualModelsPage'),
    ),
    page(
      'virtual-models/$virtualModel',
      lazy(() => import('./pages/virtual-model.tsx'), 'VirtualModelPage'),
    ),
    page(
      'prompts',
      lazy(() => import('./pages/prompts.tsx'), 'PromptsPage'),
    ),
    page(
      'prompts/$prompt',
      lazy(() => import('./pages/prompt.tsx'), 'PromptPage'),
    ),

    page(
      'clusters',
      lazy(() => import('./pages/clusters.tsx'), 'ClustersPage'),
    ),
    page(
      'clusters/$cluster',
      lazy(() => import('./pages/cluster.tsx'), 'ClusterPage'),
    ),
    page(
      'workspaces',
      lazy(() => import('./pages/workspaces.tsx'), 'WorkspacesPage'),
    ),
    page(
      'workspaces/$workspace',
      lazy(() => import('./pages/workspace.tsx'), 'WorkspacePage'),
    ),
    page(
      'secrets',
      lazy(() => import('./pages/secret-groups.tsx'), 'SecretGroupsPage'),
    ),
    page(
      'secrets/$group',
      lazy(() => import('./pages/secret-group.tsx'), 'SecretGroupPage'),
    ),

    page(
      'users',
      lazy(() => import('./pages/users.tsx'), 'UsersPage'),
    ),
    page(
      'users/$user',
      lazy(() => import('./pages/user.tsx'), 'UserPage'),
    ),
    page(
      'teams',
      lazy(() => import('./pages/teams.tsx'), 'TeamsPage'),
    ),
    page(
      'teams/$team',
      lazy(() => import('./pages/team.tsx'), 'TeamPage'),
    ),
    page(
      'virtual-accounts',
      lazy(() => import('./pages/virtual-accounts.tsx'), 'VirtualAccountsPage'),
    ),
    page(
      'virtual-accounts/$virtualAccount',
      lazy(() => import('./pages/virtual-account.tsx'), 'VirtualAccountPage'),
    ),
    page(
      'accounts',
      lazy(() => import('./pages/accounts.tsx'), 'AccountsPage'),
    ),
    page(
      'accounts/$name',
      lazy(() => import('./pages/account.tsx'), 'AccountPage'),
    ),

    page(
      'grants',
      lazy(() => import('./pages/grants.tsx'), 'GrantsPage'),
    ),
    page(
      'roles',
      lazy(() => import('./pages/roles.tsx'), 'RolesPage'),
    ),
    page(
      'roles/$role',
      lazy(() => import('./pages/role.tsx'), 'RolePage'),
    ),
    page(
      'sharing',
      lazy(() => import('./pages/sharing.tsx'), 'SharingPage'),
    ),
    page(
      'transfers',
      lazy(() => import('./pages/transfers.tsx'), 'TransfersPage'),
    ),
    page(
      'explain',
      lazy(() => import('./pages/explain.tsx'), 'ExplainPage'),
    ),
    page(
      'review',
      lazy(() => import('./pages/review.tsx'), 'ReviewPage'),
    ),

    page(
      'requests',
      lazy(() => import('./pages/requests.tsx'), 'RequestsPage'),
    ),
    page(
      'usage',
      lazy(() => import('./pages/usage.tsx'), 'UsagePage'),
    ),
    page(
      'budgets',
      lazy(() => import('./pages/budgets.tsx'), 'BudgetsPage'),
    ),
    page(
      'invoices',
      lazy(() => import('./pages/invoices.tsx'), 'InvoicesPage'),
    ),
    page(
      'invoices/$period',
      lazy(() => import('./pages/invoice.tsx'), 'InvoicePage'),
    ),

    page(
      'audit',
      lazy(() => import('./pages/audit.tsx'), 'AuditPage'),
    ),
    page(
      'settings',
      lazy(() => import('./pages/settings.tsx'), 'SettingsPage'),
    ),
  ]),
])

const PENDING_AFTER_MS = 150

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingMs: PENDING_AFTER_MS,
  scrollRestoration: true,
})

whenSessionEnds(() => {
  if (isSignedOut()) return
  const { pathname, href } = router.state.location
  forgetSession()
  if (pathname === paths.signIn || pathname.startsWith('/t/')) return
  void router.navigate({ to: paths.signIn, search: { next: href, ended: 'true' } })
})
