/** Named builders for every address in the console, so that a link never spells one out. */
const segment = encodeURIComponent

function section(name: string) {
  return (account: string) => `/${segment(account)}/${name}`
}

function object(name: string) {
  return (account: string, id: string) => `/${segment(account)}/${name}/${segment(id)}`
}

export const paths = {
  home: '/',
  signIn: '/sign-in',
  signUp: '/signup',
  operator: '/operator',
  tenantSignIn: (tenant: string) => `/t/${segment(tenant)}/sign-in`,

  overview: section('overview'),
  playground: section('playground'),
  gateway: section('gateway'),
  models: section('models'),
  model: object('models'),
  providers: section('providers'),
  provider: object('providers'),
  virtualModels: section('virtual-models'),
  virtualModel: object('virtual-models'),
  prompts: section('prompts'),
  prompt: object('prompts'),
  requests: section('requests'),
  clusters: section('clusters'),
  cluster: object('clusters'),
  workspaces: section('workspaces'),
  workspace: object('workspaces'),
  secrets: section('secrets'),
  secretGroup: object('secrets'),
  users: section('users'),
  user: object('users'),
  teams: section('teams'),
  team: object('teams'),
  virtualAccounts: section('virtual-accounts'),
  virtualAccount: object('virtual-accounts'),
  accounts: section('accounts'),
  accountDetail: object('accounts'),
  grants: section('grants'),
  roles: section('roles'),
  role: object('roles'),
  sharing: section('sharing'),
  transfers: section('transfers'),
  explain: section('explain'),
  review: section('review'),
  usage: section('usage'),
  budgets: section('budgets'),
  invoices: section('invoices'),
  invoice: object('invoices'),
  audit: section('audit'),
  settings: section('settings'),
} as const

const byKind: Record<string, (account: string, id: string) => string> = {
  model: paths.model,
  'provider-account': paths.provider,
  'virtual-model': paths.virtualModel,
  prompt: paths.prompt,
  cluster: paths.cluster,
  workspace: paths.workspace,
  'secret-group': paths.secretGroup,
  user: paths.user,
  team: paths.team,
  'virtual-account': paths.virtualAccount,
  role: paths.role,
}

/** @returns where a thing of this kind has its page, or null when it has none of its own */
export function pathOfKind(kind: string, account: string, id: string): string | null {
  return byKind[kind]?.(account, id) ?? null
}
