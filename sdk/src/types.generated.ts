/** What the API takes and answers. Generated from contract/openapi.json by `npm run gen`: don't edit it. */
import type { CallOptions, DryRun, DryRunOptions, MutationOptions } from './operation.ts'

export interface AccessAnswer {
  allowed: boolean
  verdict:
    | 'allowed'
    | 'other_tenant'
    | 'tenant_not_active'
    | 'account_not_active'
    | 'principal_not_active'
    | 'token_not_active'
    | 'team_not_active'
    | 'not_a_member'
    | 'not_eligible'
    | 'no_grant'
    | 'outside_boundary'
    | 'outside_share'
    | 'outside_token_scopes'
    | 'error_while_deciding'
}

/** A grant that carried it, and what becomes of that. */
export interface AccessCarrier {
  /** An id: grant_… */
  grant: string
  role: string
  subject: {
    kind: 'user' | 'virtual-account' | 'team'
    name: string
  }
  on: AccessPlace
  state: 'deleted' | 'cut' | 'new' | 'raised'
}

/** Who would lose and gain which access. */
export interface AccessChange {
  lost: AccessDifference[]
  gained: AccessDifference[]
  /** Exact, also where the lists are cut. */
  total: {
    losers: number
    gainers: number
    lost: number
    gained: number
  }
  /** Seats whose power was compared. */
  compared: number
  /** Seats that the change concerns, where they are more than 10000: none is compared then. */
  notCompared: number
  running: RunningCalls | null
}

export interface AccessCheckInput {
  permission: Permission
  /** Of the resource. Absent: what its id or the permission says. */
  kind?: ResourceKind | undefined
  /** Absent: about the account itself. */
  resource?: string | undefined
  /** A user or virtual account of the account. Absent: the caller. */
  principal?: string | undefined
  /** A token of that principal, bound to this account: the question is then what it may do. */
  token?: string | undefined
}

/** The same loss, or gain, of one or many. */
export interface AccessDifference {
  account: {
    /** An id: acct_… */
    id: string
    name: string
  }
  on: AccessPlace
  permissions: Permission[]
  /** Where within it some of the permissions stay as they are. */
  except: Array<{
    on: AccessPlace
    permissions: Permission[]
  }>
  /** Nothing is left in the account (or: nothing was). */
  isAll: boolean
  /** How many lose or gain it, exactly. */
  count: number
  /** The first of them that the caller may know of. */
  holders: AccessHolder[]
  sentence: string
}

export interface AccessExplainInput {
  permission: Permission
  /** Of the resource. Absent: what its id or the permission says. */
  kind?: ResourceKind | undefined
  /** Absent: about the account itself. */
  resource?: string | undefined
  /** A user or virtual account of the account. Absent: the caller. */
  principal?: string | undefined
  /** A token of that principal, bound to this account: the question is then what it may do. */
  token?: string | undefined
}

export interface AccessExplanation {
  allowed: boolean
  verdict:
    | 'allowed'
    | 'other_tenant'
    | 'tenant_not_active'
    | 'account_not_active'
    | 'principal_not_active'
    | 'token_not_active'
    | 'team_not_active'
    | 'not_a_member'
    | 'not_eligible'
    | 'no_grant'
    | 'outside_boundary'
    | 'outside_share'
    | 'outside_token_scopes'
    | 'error_while_deciding'
  sentence: string
  permission: Permission
  principal: {
    id: string
    kind: 'user' | 'virtual-account'
    name: string
  }
  conditions: Array<{
    condition: string
    holds: boolean
    sentence: string
  }>
  chain: Array<{
    type:
      | 'tenant'
      | 'account'
      | 'principal'
      | 'membership'
      | 'token'
      | 'team'
      | 'grant'
      | 'role'
      | 'boundary'
      | 'share'
      | 'resource'
    /** Null for a link that is missing. */
    id: string | null
    name: string
    sentence: string
    /** The id of the link before it: the team of a grant, the grant of a role. */
    through: string | null
    holds: boolean
    /** Null for what the system itself made, and where nobody is on record. */
    madeBy: {
      id: string
      name: string
    } | null
    madeAt: string | null
    expiresAt: string | null
  }>
  /** How many grants carry it besides those told. */
  moreGrants: number
  /** The smallest sets of changes that would allow it, each in the order in which to make them. */
  remedies: Array<{
    changes: Array<{
      change:
        | 'resume-tenant'
        | 'resume-account'
        | 'resume-principal'
        | 'add-member'
        | 'share'
        | 'widen-share'
        | 'widen-boundary'
        | 'make-role'
        | 'grant'
        | 'join-team'
        | 'resume-team'
        | 'renew-token'
        | 'widen-scopes'
        | 'new-token'
      sentence: string
      /** The call that does it, ready to send; null where no call of ours does. */
      operation: {
        id: string
        params: { [key: string]: string }
        body?: { [key: string]: JsonValue }
      } | null
      /** Who could make it, once the changes before it are made. */
      who: {
        people: Array<{
          id: string
          kind: 'user' | 'virtual-account'
          name: string
        }>
        /** Null where it is the operator, or nobody of this tenant. */
        total: number | null
        /** False when more than 200 had to be weighed: there may be more. */
        exact: boolean
        sentence: string
      }
      /** Whether the caller could make it now. */
      byCaller: boolean
    }>
  }>
}

/** Who loses it, or gains it. */
export interface AccessHolder {
  kind: 'user' | 'virtual-account'
  /** An id: user_… or va_… */
  id: string
  name: string
  /** Where it is this token’s doing alone: whose it is keeps the access. */
  token: {
    /** An id: tok_… */
    id: string
    name: string
  } | null
  through: AccessCarrier[]
  /** The holder’s tokens that reach less with it (or more). */
  tokens: Array<{
    /** An id: tok_… */
    id: string
    name: string
    state: 'deleted' | 'cut' | 'wider'
  }>
}

/** The account with all that it reaches, or a resource and what is in it. */
export interface AccessPlace {
  /** `account`, or the kind of a resource. */
  kind: string
  id: string | null
  /** Null for what the caller may not read. */
  name: string | null
}

export interface AccessReview {
  kind: 'access-review'
  /** An id: acct_… */
  account: string
  /** RFC 3339, UTC. */
  at: string
  unusedDays: number
  expiringDays: number
  /** Before it nothing is known of uses, so nothing is called unused because of it. */
  usesKnownSince: string
  grants: {
    total: number
    /** How many by finding. */
    findings: { [key: string]: number }
  }
  /** Null without share:read. */
  shares: {
    total: number
    /** How many by finding. */
    findings: { [key: string]: number }
  } | null
  /** Null without virtual-account:read. */
  virtualAccounts: {
    total: number
    /** How many by finding. */
    findings: { [key: string]: number }
  } | null
  lastReview: AccessReviewCompleteResult | null
}

export interface AccessReviewCompleteInput {
  note?: string | undefined
}

export interface AccessReviewCompleteResult {
  /** RFC 3339, UTC. */
  at: string
  by: {
    id: string
    name: string
  }
  note: string
  grants: {
    total: number
    /** How many by finding. */
    findings: { [key: string]: number }
  }
  /** From the list, since the review before. */
  revokedGrants: number
  revokedShares: number
}

export type AccessReviewExportResult = AccessReview & {
  items: {
    grants: AccessReviewGrantsResult[]
    shares: AccessReviewSharesResult[]
    virtualAccounts: AccessReviewVirtualAccountsResult[]
  }
}

export interface AccessReviewGrantsResult {
  /** An id: grant_… */
  id: string
  kind: 'reviewed-grant'
  /** An id: acct_… */
  account: string
  subject: {
    type: 'user' | 'team' | 'virtual-account'
    /** An id: user_… or team_… or va_… */
    id: string
    name: string
  }
  object: {
    type: 'account' | 'kind' | 'resource'
    kind: string | null
    id: string | null
    name: string
    shared: boolean
  }
  role: {
    /** An id: role_… */
    id: string
    name: string
  }
  expiresAt: string | null
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  author: {
    id: string
    /** Null for who does not exist any more. */
    name: string | null
  }
  /** To the minute. Null where no use is known: see usesKnownSince of the review. */
  lastUsedAt: string | null
  /** How many permissions it carries there, inside the account’s boundary. */
  carried: number
  /** Those of them that were used within the days asked for. */
  usedPermissions: Permission[]
  /** The least built-in role that has what was used; null where none has less. */
  enough: 'viewer' | 'user' | 'editor' | 'admin' | null
  /** What it carries and its author does not hold now. */
  missingPermissions: Permission[]
  findings: Array<
    | 'unused'
    | 'unused_power'
    | 'expiring'
    | 'expired'
    | 'author_gone'
    | 'author_lost_power'
    | 'subject_inactive'
    | 'wide'>
  /** What there is to say about it. */
  sentence: string
}

export interface AccessReviewGrantsResultList {
  items: AccessReviewGrantsResult[]
  nextCursor: string | null
  total?: number
}

export interface AccessReviewRevokeGrantsInput {
  grants: string[]
}

export interface AccessReviewRevokeGrantsResult {
  revoked: number
}

export interface AccessReviewRevokeSharesInput {
  shares: string[]
}

export interface AccessReviewSharesResult {
  /** An id: share_… */
  id: string
  kind: 'reviewed-share'
  /** The root account, which shares. */
  account: string
  resource: {
    id: string
    kind: string
    name: string
  }
  to: {
    /** An id: acct_… */
    id: string
    name: string
  }
  permissions: Permission[]
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  author: {
    id: string
    /** Null for who does not exist any more. */
    name: string | null
  }
  /** To the minute. Null where no use is known: see usesKnownSince of the review. */
  lastUsedAt: string | null
  /** How many grants the account made under it. */
  grants: number
  usedPermissions: Permission[]
  missingPermissions: Permission[]
  findings: Array<'unused' | 'unused_power' | 'author_gone' | 'author_lost_power' | 'wide'>
  /** What there is to say about it. */
  sentence: string
}

export interface AccessReviewSharesResultList {
  items: AccessReviewSharesResult[]
  nextCursor: string | null
  total?: number
}

export interface AccessReviewVirtualAccountsResult {
  /** An id: va_… */
  id: string
  kind: 'reviewed-virtual-account'
  /** An id: acct_… */
  account: string
  name: string
  displayName: string
  state: 'active' | 'suspended'
  ownerTeam: {
    /** An id: team_… */
    id: string
    name: string
  } | null
  tokens: number
  grants: number
  author: {
    id: string
    /** Null for who does not exist any more. */
    name: string | null
  }
  /** To the minute. Null where no use is known: see usesKnownSince of the review. */
  lastUsedAt: string | null
  findings: Array<'unused' | 'creator_gone' | 'owner_team_gone'>
  /** What there is to say about it. */
  sentence: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
}

export interface AccessReviewVirtualAccountsResultList {
  items: AccessReviewVirtualAccountsResult[]
  nextCursor: string | null
  total?: number
}

export interface AccessWhatCanInput {
  /** Absent: the caller. */
  principal?: string | undefined
  /** A token of that principal: what it reaches, its scopes applied. */
  token?: string | undefined
  /** Only where this is allowed. */
  permission?: Permission | undefined
  /** Only resources of this kind. */
  kind?: ResourceKind | undefined
}

export interface AccessWhatCanResult {
  id: string
  kind: ResourceKind
  name: string
  displayName: string
  shared: boolean
  permissions: Permission[]
}

export interface AccessWhatCanResultList {
  items: AccessWhatCanResult[]
  nextCursor: string | null
  total?: number
  principal: {
    /** An id: user_… or va_… */
    id: string
    kind: 'user' | 'virtual-account'
    name: string
  }
  token: {
    /** An id: tok_… */
    id: string
    name: string
  } | null
  /** What may be done in the account as a whole, and so on whatever it owns. */
  accountWide: Permission[]
}

export interface AccessWhoCanInput {
  permission: Permission
  kind?: ResourceKind | undefined
  /** Absent: on the account itself. */
  resource?: string | undefined
}

export interface AccessWhoCanResult {
  /** An id: user_… or va_… */
  id: string
  kind: 'user' | 'virtual-account'
  name: string
  displayName: string
  ways: Array<{
    /** An id: grant_… */
    grant: string
    role: string
    object: string
    team: {
      /** An id: team_… */
      id: string
      name: string
    } | null
    createdBy: {
      id: string
      name: string
    }
    /** RFC 3339, UTC. */
    createdAt: string
    expiresAt: string | null
  }>
  waysTotal: number
}

export interface AccessWhoCanResultList {
  items: AccessWhoCanResult[]
  nextCursor: string | null
  total?: number
  /** Why nobody can, whatever is granted: the boundary or the share leaves it out. */
  barrier:
    | 'allowed'
    | 'other_tenant'
    | 'tenant_not_active'
    | 'account_not_active'
    | 'principal_not_active'
    | 'token_not_active'
    | 'team_not_active'
    | 'not_a_member'
    | 'not_eligible'
    | 'no_grant'
    | 'outside_boundary'
    | 'outside_share'
    | 'outside_token_scopes'
    | 'error_while_deciding' | null
  /** In root, for whoever may read shares: the accounts that reach it by a share. Who in them does is theirs to know. */
  sharedWith: {
    items: Array<{
      account: {
        /** An id: acct_… */
        id: string
        name: string
      }
      /** An id: share_… */
      share: string
      /** What is shared: the resource or what it is in. */
      resource: string
      /** The most that the account may do. */
      permissions: Permission[]
    }>
    total: number
  } | null
}

export interface Account {
  /** An id: acct_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  isRoot: boolean
  state: 'active' | 'suspended' | 'deleted'
  boundary: Permission[]
  /** What the tenant allots to the account. Absent is unlimited, "0" is nothing. */
  budget: {
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    amountUsd: string
    period: 'day' | 'week' | 'month' | 'year' | 'lifetime'
    /** An IANA time zone. */
    timeZone: string
  } | null
  settings: { [key: string]: JsonValue }
}

export interface AccountBill {
  /** An id: acct_… */
  account: string
  /** RFC 3339, UTC. */
  from: string
  /** RFC 3339, UTC. */
  to: string
  totalUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  totalNanos: string
  requests: number
}

export interface AccountCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** A preset, or the permissions one by one. */
  boundary?: 'everything' | 'standard' | 'models-only' | Permission[] | undefined
  admin?: {
    /** An e-mail address; upper and lower case are the same. */
    email: string
    displayName?: string | undefined
  } | undefined
  budget?: {
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    amountUsd: string
    period?: 'day' | 'week' | 'month' | 'year' | 'lifetime' | undefined
    /** An IANA time zone. */
    timeZone?: string | undefined
  } | undefined
  settings?: { [key: string]: JsonValue } | undefined
}

export type AccountCreateResult = Account & {
  invitation: InvitationWithLink | null
}

export interface AccountList {
  items: Account[]
  nextCursor: string | null
  total?: number
}

export interface AccountUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  /** A preset, or the permissions one by one. */
  boundary?: 'everything' | 'standard' | 'models-only' | Permission[] | undefined
  budget?: {
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    amountUsd: string
    period?: 'day' | 'week' | 'month' | 'year' | 'lifetime' | undefined
    /** An IANA time zone. */
    timeZone?: string | undefined
  } | null | undefined
  settings?: { [key: string]: JsonValue } | undefined
}

export interface AuditDenial {
  /** An id: aud_… */
  id: string
  /** RFC 3339, UTC. */
  at: string
  actor: string
  operation: string
  target: string
  reason: string
  requestId: string
  address: string | null
}

export interface AuditDenialList {
  items: AuditDenial[]
  nextCursor: string | null
  total?: number
}

export interface AuditEvent {
  /** An id: aud_… */
  id: string
  kind: 'audit-event'
  /** An id: acct_… */
  account: string
  sequence: number
  /** RFC 3339, UTC. */
  at: string
  actor: {
    id: string
    name: string
  }
  token: string | null
  session: string | null
  operation: string
  target: {
    kind: string
    id: string
    name: string
  }
  before: { [key: string]: JsonValue } | null
  after: { [key: string]: JsonValue } | null
  requestId: string
  address: string | null
  hash: string
}

export interface AuditEventList {
  items: AuditEvent[]
  nextCursor: string | null
  total?: number
}

export interface Budget {
  /** An id: bud_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  /** What is counted. tenant: all accounts together, and share: what an account spends through a share; both are made in the root account. each-user, each-virtual-account: the same for everyone who has none of his own. */
  level:
    | 'tenant'
    | 'account'
    | 'each-user'
    | 'each-virtual-account'
    | 'team'
    | 'user'
    | 'virtual-account'
    | 'token'
    | 'model'
    | 'share'
  of: {
    id: string
    name: string
  } | null
  /** Set by the tenant: the account reads it and can’t change it. */
  imposed: boolean
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  amountUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  amountNanos: string
  period: 'day' | 'week' | 'month' | 'year' | 'lifetime'
  timeZone: string
  mode: 'enforce' | 'audit'
  fallbackModel: {
    id: string
    name: string
  } | null
  /** Null: nobody is told, or whom is the tenant’s business, who set the limit. */
  alerts: {
    percents: number[]
    toAdmins: boolean
    mails: string[]
    webhooks: Array<{
      /** An id: hook_… */
      id: string
      name: string
    }>
  } | null
  current: {
    /** For each-user and each-virtual-account: who has used most of his. Else null. */
    of: {
      id: string
      name: string
    } | null
    periodId: string
    /** RFC 3339, UTC. */
    startsAt: string
    resetsAt: string | null
    /** By raises in force now, on top of the amount. */
    raisedUsd: string
    /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
    raisedNanos: string
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    settledUsd: string
    /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
    settledNanos: string
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    heldUsd: string
    /** Set aside for calls in flight, by the gateways’ leases. */
    heldNanos: string
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    remainingUsd: string
    /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
    remainingNanos: string
    /** In mode audit: the calls that would have been refused, and what they cost. */
    wouldRefuse: {
      calls: number
      /** Decimal US dollars, such as "12.50" or "0.000001250". */
      usd: string
      /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
      nanos: string
    }
  }
}

export interface BudgetCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** What is counted. tenant: all accounts together, and share: what an account spends through a share; both are made in the root account. each-user, each-virtual-account: the same for everyone who has none of his own. */
  level:
    | 'tenant'
    | 'account'
    | 'each-user'
    | 'each-virtual-account'
    | 'team'
    | 'user'
    | 'virtual-account'
    | 'token'
    | 'model'
    | 'share'
  /** Which team, user, virtual account, token, model or share. Not given for the other levels. */
  of?: string | undefined
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  amountUsd: string
  period: 'day' | 'week' | 'month' | 'year' | 'lifetime'
  /** An IANA time zone. */
  timeZone?: string | undefined
  /** audit: count and flag, refuse nothing. */
  mode?: 'enforce' | 'audit' | undefined
  /** A model to call instead of refusing, where this budget has no room for the one that was asked for. It has to fit as well, and the caller to be allowed to use it. */
  fallbackModel?: string | null | undefined
  alerts?: {
    /** Each is told once in a period: when this part of the limit in force, raises included, is used. */
    percents: number[]
    /** Mail to the admins of the account; of a limit that the tenant has set on it, also to the tenant’s. */
    toAdmins?: boolean | undefined
    /** Mail to these addresses. */
    mails?: string[] | undefined
    /** Names or ids of webhooks of this account. */
    webhooks?: string[] | undefined
  } | null | undefined
}

export interface BudgetList {
  items: Budget[]
  nextCursor: string | null
  total?: number
}

export interface BudgetRaise {
  /** An id: raise_… */
  id: string
  limit: {
    /** An id: bud_… or lim_… */
    id: string
    name: string
  }
  /** RFC 3339, UTC. */
  from: string
  /** RFC 3339, UTC. */
  until: string
  reason: string
  state: 'planned' | 'in-force' | 'over' | 'ended'
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  endedAt: string | null
  endedBy: string | null
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  amountUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  amountNanos: string
}

export interface BudgetRaiseCreateInput {
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  amountUsd: string
  /** Absent: from now on. */
  from?: string | undefined
  /** RFC 3339, UTC. */
  until: string
  /** Why. Kept with the raise and in the audit log. */
  reason: string
}

export interface BudgetRaiseList {
  items: BudgetRaise[]
  nextCursor: string | null
  total?: number
}

export interface BudgetUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  amountUsd?: string | undefined
  /** An IANA time zone. */
  timeZone?: string | undefined
  /** audit: count and flag, refuse nothing. */
  mode?: 'enforce' | 'audit' | undefined
  /** A model to call instead of refusing, where this budget has no room for the one that was asked for. It has to fit as well, and the caller to be allowed to use it. */
  fallbackModel?: string | null | undefined
  alerts?: {
    /** Each is told once in a period: when this part of the limit in force, raises included, is used. */
    percents?: number[] | undefined
    /** Mail to the admins of the account; of a limit that the tenant has set on it, also to the tenant’s. */
    toAdmins?: boolean | undefined
    /** Mail to these addresses. */
    mails?: string[] | undefined
    /** Names or ids of webhooks of this account. */
    webhooks?: string[] | undefined
  } | null | undefined
}

/** What would be created, changed or deleted. */
export interface Change {
  target: {
    kind: string
    id: string
    name: string
  }
  before?: { [key: string]: JsonValue }
  after?: { [key: string]: JsonValue }
}

export interface Cluster {
  /** An id: clu_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  /** It is the tenant’s and shared to this account. */
  shared: boolean
  region?: string
  /** Address of the Kubernetes API, https only. */
  apiServer?: string
}

export interface ClusterCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  region?: string | undefined
  /** Address of the Kubernetes API, https only. */
  apiServer?: string | undefined
}

export interface ClusterList {
  items: Cluster[]
  nextCursor: string | null
  total?: number
}

export interface ClusterTransferInput {
  /** The account: root, or another one that the caller has to do with. */
  to: string
  /** True by default: stored keys and secret values go along, for which the caller has to be able to use them. False wipes them. */
  withSecrets?: boolean | undefined
}

export interface ClusterUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  region?: string | null | undefined
  /** Address of the Kubernetes API, https only. */
  apiServer?: string | null | undefined
}

export interface Deployment {
  mode: 'self-hosted' | 'hosted'
  version: string
  signUp: boolean
  multiTenancy: boolean
  tenant: {
    name: string
    displayName: string
  } | null
}

/** Every way to refuse. A closed list: a code never changes its meaning. */
export type ErrorCode =
  | 'malformed_request'
  | 'invalid_input'
  | 'invalid_cursor'
  | 'not_signed_in'
  | 'credential_expired'
  | 'sign_in_failed'
  | 'csrf_token_missing'
  | 'not_allowed'
  | 'hands_out_more_than_held'
  | 'operator_only'
  | 'not_found'
  | 'method_not_allowed'
  | 'name_taken'
  | 'name_ambiguous'
  | 'wrong_state'
  | 'in_use'
  | 'revision_mismatch'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'refused_by_rule'
  | 'idempotency_key_reused'
  | 'unsafe_url'
  | 'too_many_requests'
  | 'internal_error'
  | 'unavailable'

export interface GatewaySetting {
  kind: 'gateway-setting'
  /** An id: acct_… */
  account: string
  requestLog: {
    /** off keeps nothing; metadata who called what and how it went; full the bodies as well. */
    mode: 'off' | 'metadata' | 'full'
    retentionDays: number
    redact: {
      /** E-mail addresses. */
      emails: boolean
      /** Card numbers, by their check digit. */
      cardNumbers: boolean
      /** Bearer tokens and keys of the usual vendors. */
      keys: boolean
      fields: string[]
    }
  }
  cache: {
    /** on-request answers a request that sends `x-commonhold-cache: use` with what the same one was answered before. */
    mode: 'off' | 'on-request'
    ttlSeconds: number
  }
  revision: number
}

export interface GatewaySettingUpdateInput {
  requestLog?: {
    /** off keeps nothing; metadata who called what and how it went; full the bodies as well. */
    mode?: 'off' | 'metadata' | 'full' | undefined
    retentionDays?: number | undefined
    redact?: {
      /** E-mail addresses. */
      emails?: boolean | undefined
      /** Card numbers, by their check digit. */
      cardNumbers?: boolean | undefined
      /** Bearer tokens and keys of the usual vendors. */
      keys?: boolean | undefined
      fields?: string[] | undefined
    } | undefined
  } | undefined
  cache?: {
    /** on-request answers a request that sends `x-commonhold-cache: use` with what the same one was answered before. */
    mode?: 'off' | 'on-request' | undefined
    ttlSeconds?: number | undefined
  } | undefined
}

export interface Grant {
  /** An id: grant_… */
  id: string
  kind: 'grant'
  /** An id: acct_… */
  account: string
  subject: {
    type: 'user' | 'team' | 'virtual-account'
    /** An id: user_… or team_… or va_… */
    id: string
    name: string
  }
  object: {
    type: 'account' | 'kind' | 'resource'
    kind: string | null
    id: string | null
    name: string
    shared: boolean
  }
  role: {
    /** An id: role_… */
    id: string
    name: string
  }
  expiresAt: string | null
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
}

export interface GrantCreateInput {
  subject: {
    type: 'user'
    /** A name or an id. */
    user: string
  } | {
    type: 'team'
    /** A name or an id. */
    team: string
  } | {
    type: 'virtual-account'
    /** A name or an id. */
    virtualAccount: string
  }
  object: {
    type: 'account'
  } | {
    type: 'kind'
    kind: ResourceKind
  } | {
    type: 'resource'
    kind: ResourceKind
    /** A name, parent/name, or an id. */
    resource: string
  }
  /** A name or an id. */
  role: string
  expiresAt?: string | null | undefined
}

export interface GrantList {
  items: Grant[]
  nextCursor: string | null
  total?: number
}

/** One thing that is wrong with the input. */
export interface InputError {
  /** Where: a JSON pointer into the body, or a name. */
  pointer: string
  /** Which rule it breaks. */
  rule: string
  /** In words. */
  message: string
}

export interface Invitation {
  /** An id: inv_… */
  id: string
  kind: 'invitation'
  /** An id: acct_… */
  account: string
  /** An id: user_… */
  user: string
  email: string
  state: 'open' | 'used' | 'expired'
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  expiresAt: string
}

export interface InvitationAcceptInput {
  secret: string
  password: string
  displayName?: string | undefined
  /** Only with the one-time link of a first admin: what to sign in with. */
  email?: string | undefined
}

export interface InvitationInspectInput {
  secret: string
}

export interface InvitationList {
  items: Invitation[]
  nextCursor: string | null
  total?: number
}

export interface InvitationPreview {
  /** Null for the one-time link of a first admin, who chooses the e-mail. */
  email: string | null
  displayName: string
  tenant: {
    name: string
    displayName: string
  }
  account: {
    displayName: string
    isRoot: boolean
  }
  hasPassword: boolean
}

export type InvitationWithLink = Invitation & {
  /** Shown once. Whoever has it can set the password. */
  link: string
}

export interface Invoice {
  /** Null while the month is running. */
  id: string | null
  kind: 'invoice'
  /** An id: acct_… */
  account: string
  /** Such as 2026-11. */
  period: string
  /** RFC 3339, UTC. */
  from: string
  /** RFC 3339, UTC. */
  to: string
  state: 'open' | 'closed'
  /** Charges, less credits, with adjustments and what is carried over. */
  totalUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  totalNanos: string
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  creditedUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  creditedNanos: string
  adjustedUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  adjustedNanos: string
  /** Booked for an earlier month after its invoice was closed. */
  carriedOverUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  carriedOverNanos: string
  /** The charges, by model and price version. */
  lines: Array<{
    model: string
    priceVersion: number | null
    requests: number
    inputTokens: number
    outputTokens: number
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    amountUsd: string
    /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
    amountNanos: string
  }>
}

export interface InvoiceList {
  items: Invoice[]
  nextCursor: string | null
  total?: number
}

/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

export interface LedgerEntry {
  /** An id: led_… */
  id: string
  kind: 'usage_charge' | 'credit' | 'adjustment'
  /** An id: acct_… */
  account: string
  /** RFC 3339, UTC. */
  at: string
  /** What the account owes by it; a credit is negative. */
  amountUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  amountNanos: string
  /** The charge itself, or the one that it corrects. */
  usageRecord: string | null
  /** The version of the price that a re-rate went by. */
  price: string | null
  note: string
  createdBy: string | null
}

export interface LedgerEntryAdjustInput {
  /** Added to what is owed; "-12.50" is a credit of 12.50 in advance. */
  amountUsd: string
  /** Why. Kept with the entry, shown on the bill and in the audit log. */
  reason: string
}

export interface LedgerEntryCreditInput {
  /** The usage record, or its ledger entry. */
  charge: string
  /** Absent: all that is not credited yet. */
  amountUsd?: string | undefined
  /** Why. Kept with the entry, shown on the bill and in the audit log. */
  reason: string
}

export interface LedgerEntryList {
  items: LedgerEntry[]
  nextCursor: string | null
  total?: number
}

export interface ListedSession {
  /** An id: sess_… */
  id: string
  current: boolean
  /** RFC 3339, UTC. */
  createdAt: string
  /** RFC 3339, UTC. */
  lastSeenAt: string
  /** RFC 3339, UTC. */
  expiresAt: string
  address: string | null
  userAgent: string | null
}

export interface ListedSessionList {
  items: ListedSession[]
  nextCursor: string | null
  total?: number
}

export interface LoggedRequest {
  /** An id: req_… */
  id: string
  kind: 'request'
  /** An id: acct_… */
  account: string
  /** RFC 3339, UTC. */
  at: string
  route: string
  principal: {
    /** An id: user_… or va_… */
    id: string
    kind: string
    name: string
  }
  token: {
    /** An id: tok_… */
    id: string
    name: string
  }
  /** As the caller wrote it. */
  modelAsked: string
  modelServed: string | null
  streamed: boolean
  outcome: 'ok' | 'refused' | 'failed' | 'cancelled'
  /** Why it was refused or failed. */
  code: string | null
  /** What the caller was told. */
  message: string | null
  durationMs: number
  /** Until the first byte of the answer; of a stream, its first token. */
  firstByteMs: number | null
  requestBytes: number
  answerBytes: number
  bodies: 'none' | 'kept'
  attempts: number
  inputTokens: number
  outputTokens: number
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  costUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  costNanos: string
}

export interface LoggedRequestInFull {
  /** An id: req_… */
  id: string
  kind: 'request'
  /** An id: acct_… */
  account: string
  /** RFC 3339, UTC. */
  at: string
  route: string
  principal: {
    /** An id: user_… or va_… */
    id: string
    kind: string
    name: string
  }
  token: {
    /** An id: tok_… */
    id: string
    name: string
  }
  /** As the caller wrote it. */
  modelAsked: string
  modelServed: string | null
  streamed: boolean
  outcome: 'ok' | 'refused' | 'failed' | 'cancelled'
  /** Why it was refused or failed. */
  code: string | null
  /** What the caller was told. */
  message: string | null
  durationMs: number
  /** Until the first byte of the answer; of a stream, its first token. */
  firstByteMs: number | null
  requestBytes: number
  answerBytes: number
  bodies: 'none' | 'kept'
  inputTokens: number
  outputTokens: number
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  costUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  costNanos: string
  attempts: Array<{
    /** An id: use_… */
    usageRecord: string
    attempt: number
    /** RFC 3339, UTC. */
    at: string
    model: {
      /** An id: mdl_… */
      id: string
      name: string
    }
    shared: boolean
    status: 'ok' | 'error' | 'cancelled' | 'unknown'
    why: string | null
    numbersFrom: string
    inputTokens: number
    cachedInputTokens: number
    outputTokens: number
    priceVersion: number | null
    /** Its worst case, held before the provider was called. */
    heldNanos: string
    /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
    costNanos: string
    overHold: boolean
    durationMs: number
  }>
}

export interface LoggedRequestList {
  items: LoggedRequest[]
  nextCursor: string | null
  total?: number
}

/** What would be taken away with it. */
export interface Loss {
  what: string
  id: string
  sentence: string
}

export interface Me {
  principal: Principal
  tenant: {
    /** An id: tnt_… */
    id: string
    name: string
    displayName: string
  }
  accounts: Array<{
    /** An id: acct_… */
    id: string
    name: string
    displayName: string
    isRoot: boolean
    state: string
  }>
  /** Whether the tenant has any account besides root, as far as the caller can know. */
  hasAccounts: boolean
}

export interface MeChangePasswordInput {
  currentPassword: string
  newPassword: string
}

export interface MeInAccount {
  permissions: Permission[]
  boundary: Permission[]
  teams: Array<{
    /** An id: team_… */
    id: string
    name: string
    displayName: string
  }>
}

export interface MeUpdateInput {
  displayName: string
}

export interface Model {
  /** An id: mdl_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  providerAccount: string
  /** It is the tenant’s and shared to this account. */
  shared: boolean
  /** What the vendor calls it. */
  upstreamModel: string
  type:
    | 'chat'
    | 'embedding'
    | 'moderation'
    | 'image'
    | 'speech'
    | 'transcription'
    | 'rerank'
  contextTokensMax: number
  /** The most that one answer can have: what is held when the caller gives no max_tokens. */
  outputTokensMax: number
  /** Transcription models: the longest recording that the vendor takes. It bounds what is held for a file whose length can not be told from its bytes. */
  audioSecondsMax?: number
}

export interface ModelCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** A name or an id. */
  providerAccount: string
  /** What the vendor calls it. */
  upstreamModel: string
  type:
    | 'chat'
    | 'embedding'
    | 'moderation'
    | 'image'
    | 'speech'
    | 'transcription'
    | 'rerank'
  contextTokensMax: number
  /** The most that one answer can have: what is held when the caller gives no max_tokens. */
  outputTokensMax: number
  /** Transcription models: the longest recording that the vendor takes. It bounds what is held for a file whose length can not be told from its bytes. */
  audioSecondsMax?: number | undefined
  /** The first price version. Without a price no budgeted caller may use the model. */
  price?: {
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    inputPerMillionUsd: string
    /** Absent: as input. */
    cachedInputPerMillionUsd?: string | undefined
    /** Absent: as input. */
    cacheWritePerMillionUsd?: string | undefined
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    outputPerMillionUsd: string
    /** Absent: 0. */
    perRequestUsd?: string | undefined
    /** An answer from the cache. Absent: answers of the model are never cached. */
    perCacheHitUsd?: string | undefined
    /** Image models: a picture of which imagePrices says no more. Priced by tokens: 0. */
    perImageUsd?: string | undefined
    /** Image models: by size and quality. The first that fits counts. */
    imagePrices?: Array<{
      /** Such as 1024x1024. */
      size?: string | undefined
      /** Such as hd. */
      quality?: string | undefined
      /** Decimal US dollars, such as "12.50" or "0.000001250". */
      perImageUsd: string
    }> | undefined
    /** Transcription models: a minute of the recording. Priced by tokens: 0. */
    perAudioMinuteUsd?: string | undefined
    /** Speech models: a million characters of the text. Priced by tokens: 0. */
    perMillionCharactersUsd?: string | undefined
    /** Rerank models: one search unit. Priced by tokens: 0. */
    perSearchUnitUsd?: string | undefined
    /** What work in a batch costs, in percent of all of this. Absent: 100. */
    batchPercent?: number | undefined
  } | undefined
}

export interface ModelList {
  items: Model[]
  nextCursor: string | null
  total?: number
}

export interface ModelUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  /** What the vendor calls it. */
  upstreamModel?: string | undefined
  type?:
    | 'chat'
    | 'embedding'
    | 'moderation'
    | 'image'
    | 'speech'
    | 'transcription'
    | 'rerank' | undefined
  contextTokensMax?: number | undefined
  /** The most that one answer can have: what is held when the caller gives no max_tokens. */
  outputTokensMax?: number | undefined
  /** Transcription models: the longest recording that the vendor takes. It bounds what is held for a file whose length can not be told from its bytes. */
  audioSecondsMax?: number | null | undefined
  /** The first price version. Without a price no budgeted caller may use the model. */
  price?: {
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    inputPerMillionUsd: string
    /** Absent: as input. */
    cachedInputPerMillionUsd?: string | undefined
    /** Absent: as input. */
    cacheWritePerMillionUsd?: string | undefined
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    outputPerMillionUsd: string
    /** Absent: 0. */
    perRequestUsd?: string | undefined
    /** An answer from the cache. Absent: answers of the model are never cached. */
    perCacheHitUsd?: string | undefined
    /** Image models: a picture of which imagePrices says no more. Priced by tokens: 0. */
    perImageUsd?: string | undefined
    /** Image models: by size and quality. The first that fits counts. */
    imagePrices?: Array<{
      /** Such as 1024x1024. */
      size?: string | undefined
      /** Such as hd. */
      quality?: string | undefined
      /** Decimal US dollars, such as "12.50" or "0.000001250". */
      perImageUsd: string
    }> | undefined
    /** Transcription models: a minute of the recording. Priced by tokens: 0. */
    perAudioMinuteUsd?: string | undefined
    /** Speech models: a million characters of the text. Priced by tokens: 0. */
    perMillionCharactersUsd?: string | undefined
    /** Rerank models: one search unit. Priced by tokens: 0. */
    perSearchUnitUsd?: string | undefined
    /** What work in a batch costs, in percent of all of this. Absent: 100. */
    batchPercent?: number | undefined
  } | null | undefined
}

export interface OperatorCheckTenantCreateInput {
  /** After these it is removed, whatever happens to who made it. */
  minutes?: number | undefined
}

export interface OperatorCheckTenantCreateResult {
  /** An id: tnt_… */
  id: string
  name: string
  /** RFC 3339, UTC. */
  checkUntil: string
  /** One-time link of its first admin. */
  adminLink: string
}

export interface OperatorCheckTenantEndResult {
  /** What is left of a tenant that is deleted as every tenant is. */
  afterDeletion: Array<{
    table: string
    rows: number
    /** Why they stay: records are kept. Null for what should not be there. */
    kept: string | null
  }>
  /** What is left once the tombstone and the records are removed as well. */
  afterRemoval: Array<{
    table: string
    rows: number
    /** Why they stay: records are kept. Null for what should not be there. */
    kept: string | null
  }>
}

export interface OperatorDatabaseCheckResult {
  database: {
    version: string
    /** The role that the server asks as. */
    role: string
    /** The role that it logs in as. */
    login: string
  }
  checks: Array<{
    name: string
    /** What holds, as a sentence. */
    rule: string
    ok: boolean
    /** Each place where it does not hold. */
    problems: string[]
  }>
}

export interface OperatorGateway {
  /** The journal that it keeps: a UUID. */
  id: string
  /** Rises with each start. */
  epoch: number
  /** Lost: it says nothing any more, and did not say that it stops. */
  state: 'running' | 'stopped' | 'lost'
  /** RFC 3339, UTC. */
  seenAt: string
  stoppedAt: string | null
  /** Leased, and neither settled nor returned. */
  held: {
    leases: number
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    usd: string
    requests: string
    tokens: string
  }
}

export interface OperatorGatewayList {
  items: OperatorGateway[]
  nextCursor: null
}

export interface OperatorGatewayRetireResult {
  charged: {
    leases: number
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    usd: string
    requests: string
    tokens: string
  }
}

export interface OperatorSession {
  csrfToken: string
  expiresAt: string | null
}

export interface OperatorSessionCreateInput {
  key: string
}

export interface OperatorSessionCreateResult {
  csrfToken: string
  /** RFC 3339, UTC. */
  expiresAt: string
}

export interface OperatorSettings {
  /** Whether more than one tenant may be made. */
  multiTenancy: boolean
}

export interface OperatorSettingsUpdateInput {
  /** Whether more than one tenant may be made. */
  multiTenancy?: boolean | undefined
}

export interface OperatorTenant {
  /** An id: tnt_… */
  id: string
  kind: 'tenant'
  name: string
  displayName: string
  state: 'active' | 'suspended' | 'deleted'
  plan: string
  /** RFC 3339, UTC. */
  createdAt: string
  counts: {
    /** Besides the root account. */
    accounts: number
    users: number
    virtualAccounts: number
  }
}

export interface OperatorTenantCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  admin: {
    /** An e-mail address; upper and lower case are the same. */
    email: string
    displayName?: string | undefined
  }
}

export type OperatorTenantCreateResult = OperatorTenant & {
  adminLink: string
}

export interface OperatorTenantList {
  items: OperatorTenant[]
  nextCursor: string | null
  total?: number
}

/** A permission, `kind:action`. */
export type Permission =
  | 'account:read'
  | 'account:create'
  | 'account:update'
  | 'account:delete'
  | 'account:manage'
  | 'user:read'
  | 'user:create'
  | 'user:update'
  | 'user:delete'
  | 'team:read'
  | 'team:create'
  | 'team:update'
  | 'team:delete'
  | 'virtual-account:read'
  | 'virtual-account:create'
  | 'virtual-account:update'
  | 'virtual-account:delete'
  | 'token:read'
  | 'token:create'
  | 'token:update'
  | 'token:delete'
  | 'role:read'
  | 'role:create'
  | 'role:update'
  | 'role:delete'
  | 'grant:read'
  | 'grant:create'
  | 'grant:delete'
  | 'share:read'
  | 'share:create'
  | 'share:update'
  | 'share:delete'
  | 'budget:read'
  | 'budget:create'
  | 'budget:update'
  | 'budget:delete'
  | 'usage-limit:read'
  | 'usage-limit:create'
  | 'usage-limit:update'
  | 'usage-limit:delete'
  | 'usage:read'
  | 'request-log:read'
  | 'request-log:use'
  | 'price:read'
  | 'price:create'
  | 'invoice:read'
  | 'audit-event:read'
  | 'cluster:read'
  | 'cluster:use'
  | 'cluster:create'
  | 'cluster:update'
  | 'cluster:delete'
  | 'cluster:manage'
  | 'workspace:read'
  | 'workspace:use'
  | 'workspace:create'
  | 'workspace:update'
  | 'workspace:delete'
  | 'workspace:manage'
  | 'provider-account:read'
  | 'provider-account:use'
  | 'provider-account:create'
  | 'provider-account:update'
  | 'provider-account:delete'
  | 'provider-account:manage'
  | 'model:read'
  | 'model:use'
  | 'model:create'
  | 'model:update'
  | 'model:delete'
  | 'model:manage'
  | 'virtual-model:read'
  | 'virtual-model:use'
  | 'virtual-model:create'
  | 'virtual-model:update'
  | 'virtual-model:delete'
  | 'virtual-model:manage'
  | 'prompt:read'
  | 'prompt:use'
  | 'prompt:create'
  | 'prompt:update'
  | 'prompt:delete'
  | 'prompt:manage'
  | 'secret-group:read'
  | 'secret-group:use'
  | 'secret-group:create'
  | 'secret-group:update'
  | 'secret-group:delete'
  | 'secret-group:manage'
  | 'secret:read'
  | 'secret:use'
  | 'secret:create'
  | 'secret:update'
  | 'secret:delete'
  | 'secret:manage'

export interface PersonalAccessTokenCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** Absent or null: does not expire. */
  expiresAt?: string | null | undefined
  /** Absent or null: all that the principal may. An empty list: nothing. */
  scopes?: Permission[] | null | undefined
  /** Addresses or CIDR ranges that the token may be used from. Absent or null: anywhere. */
  ipAllowlist?: string[] | null | undefined
}

export interface PersonalAccessTokenRotateInput {
  /** How long the old secret goes on working, in seconds. */
  overlapSeconds?: number | undefined
}

export interface PersonalAccessTokenUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  /** Absent or null: does not expire. */
  expiresAt?: string | null | undefined
  /** Absent or null: all that the principal may. An empty list: nothing. */
  scopes?: Permission[] | null | undefined
  /** Addresses or CIDR ranges that the token may be used from. Absent or null: anywhere. */
  ipAllowlist?: string[] | null | undefined
}

export interface Price {
  /** An id: prc_… */
  id: string
  kind: 'price'
  /** An id: acct_… */
  account: string
  model: string
  version: number
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  inputPerMillionUsd: string
  /** Absent: as input. */
  cachedInputPerMillionUsd?: string
  /** Absent: as input. */
  cacheWritePerMillionUsd?: string
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  outputPerMillionUsd: string
  /** Absent: 0. */
  perRequestUsd?: string
  /** An answer from the cache. Absent: answers of the model are never cached. */
  perCacheHitUsd?: string
  /** Image models: a picture of which imagePrices says no more. Priced by tokens: 0. */
  perImageUsd?: string
  /** Image models: by size and quality. The first that fits counts. */
  imagePrices?: Array<{
    /** Such as 1024x1024. */
    size?: string
    /** Such as hd. */
    quality?: string
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    perImageUsd: string
  }>
  /** Transcription models: a minute of the recording. Priced by tokens: 0. */
  perAudioMinuteUsd?: string
  /** Speech models: a million characters of the text. Priced by tokens: 0. */
  perMillionCharactersUsd?: string
  /** Rerank models: one search unit. Priced by tokens: 0. */
  perSearchUnitUsd?: string
  /** What work in a batch costs, in percent of all of this. Absent: 100. */
  batchPercent?: number
  /** RFC 3339, UTC. */
  validFrom: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
}

export interface PriceCreateInput {
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  inputPerMillionUsd: string
  /** Absent: as input. */
  cachedInputPerMillionUsd?: string | undefined
  /** Absent: as input. */
  cacheWritePerMillionUsd?: string | undefined
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  outputPerMillionUsd: string
  /** Absent: 0. */
  perRequestUsd?: string | undefined
  /** An answer from the cache. Absent: answers of the model are never cached. */
  perCacheHitUsd?: string | undefined
  /** Image models: a picture of which imagePrices says no more. Priced by tokens: 0. */
  perImageUsd?: string | undefined
  /** Image models: by size and quality. The first that fits counts. */
  imagePrices?: Array<{
    /** Such as 1024x1024. */
    size?: string | undefined
    /** Such as hd. */
    quality?: string | undefined
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    perImageUsd: string
  }> | undefined
  /** Transcription models: a minute of the recording. Priced by tokens: 0. */
  perAudioMinuteUsd?: string | undefined
  /** Speech models: a million characters of the text. Priced by tokens: 0. */
  perMillionCharactersUsd?: string | undefined
  /** Rerank models: one search unit. Priced by tokens: 0. */
  perSearchUnitUsd?: string | undefined
  /** What work in a batch costs, in percent of all of this. Absent: 100. */
  batchPercent?: number | undefined
  /** RFC 3339, UTC. */
  validFrom?: string | undefined
  /** Accept a price that looks as if it was typed in the wrong unit. */
  confirmImplausible?: boolean | undefined
}

export interface PriceList {
  items: Price[]
  nextCursor: string | null
  total?: number
}

export interface Principal {
  /** An id: user_… or va_… */
  id: string
  kind: 'user' | 'virtual-account'
  name: string
  displayName: string
  email: string | null
}

/** A refusal, as RFC 9457 problem details. */
export interface Problem {
  /** A page that explains the code and what to do. */
  type: string
  title: string
  status: number
  code: ErrorCode
  /** What happened here, and what to do. */
  detail: string
  /** Quote it when you ask for help. */
  requestId: string
  errors?: InputError[]
  missingPermissions?: string[]
}

export interface Prompt {
  /** An id: prm_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  /** It is the tenant’s and shared to this account. */
  shared: boolean
  description?: string
}

export interface PromptCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  description?: string | undefined
}

export interface PromptList {
  items: Prompt[]
  nextCursor: string | null
  total?: number
}

export interface PromptTransferInput {
  /** The account: root, or another one that the caller has to do with. */
  to: string
  /** True by default: stored keys and secret values go along, for which the caller has to be able to use them. False wipes them. */
  withSecrets?: boolean | undefined
}

export interface PromptUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  description?: string | null | undefined
}

export interface PromptVersion {
  /** An id: prm_… */
  prompt: string
  version: number
  content: {
    messages: Array<{
      role: 'system' | 'user' | 'assistant'
      content: string
    }>
    model?: string
    parameters?: { [key: string]: JsonValue }
  }
  note: string
  labels: string[]
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
}

export interface PromptVersionCreateInput {
  content: {
    messages: Array<{
      role: 'system' | 'user' | 'assistant'
      content: string
    }>
    model?: string | undefined
    parameters?: { [key: string]: JsonValue } | undefined
  }
  note?: string | undefined
}

export interface PromptVersionLabelInput {
  version: number
}

export interface PromptVersionList {
  items: PromptVersion[]
  nextCursor: string | null
  total?: number
}

export interface ProviderAccount {
  /** An id: pacc_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  /** It is the tenant’s and shared to this account. */
  shared: boolean
  /** The vendor. openai-compatible: any other server that speaks OpenAI’s format. sandbox: the built-in test provider. */
  provider:
    | 'openai'
    | 'anthropic'
    | 'gemini'
    | 'azure-openai'
    | 'bedrock'
    | 'vertex'
    | 'mistral'
    | 'groq'
    | 'deepseek'
    | 'xai'
    | 'together'
    | 'fireworks'
    | 'openrouter'
    | 'cerebras'
    | 'perplexity'
    | 'cohere'
    | 'jina'
    | 'nvidia'
    | 'vllm'
    | 'ollama'
    | 'openai-compatible'
    | 'sandbox'
  /** Up to and including the version, such as https://api.openai.com/v1. Absent: the vendor’s own, where it has one. */
  baseUrl?: string
  /** azure-openai alone, such as 2024-10-21. Absent: the newer address, which needs none. */
  apiVersion?: string
  /** bedrock and vertex alone: where the models run, such as us-east-1 or europe-west4. vertex takes global, us and eu as well. */
  region?: string
  /** vertex alone: the Google Cloud project. Absent: the one that the service account’s key names. */
  project?: string
  /** bedrock alone, with secretAccessKey: signs requests. Absent: apiKey is used. */
  accessKeyId?: string
}

export interface ProviderAccountCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** The vendor. openai-compatible: any other server that speaks OpenAI’s format. sandbox: the built-in test provider. */
  provider:
    | 'openai'
    | 'anthropic'
    | 'gemini'
    | 'azure-openai'
    | 'bedrock'
    | 'vertex'
    | 'mistral'
    | 'groq'
    | 'deepseek'
    | 'xai'
    | 'together'
    | 'fireworks'
    | 'openrouter'
    | 'cerebras'
    | 'perplexity'
    | 'cohere'
    | 'jina'
    | 'nvidia'
    | 'vllm'
    | 'ollama'
    | 'openai-compatible'
    | 'sandbox'
  /** Up to and including the version, such as https://api.openai.com/v1. Absent: the vendor’s own, where it has one. */
  baseUrl?: string | undefined
  /** azure-openai alone, such as 2024-10-21. Absent: the newer address, which needs none. */
  apiVersion?: string | undefined
  /** bedrock and vertex alone: where the models run, such as us-east-1 or europe-west4. vertex takes global, us and eu as well. */
  region?: string | undefined
  /** vertex alone: the Google Cloud project. Absent: the one that the service account’s key names. */
  project?: string | undefined
  /** bedrock alone, with secretAccessKey: signs requests. Absent: apiKey is used. */
  accessKeyId?: string | undefined
  /** The vendor’s key. Encrypted with the tenant’s key, never read back. */
  apiKey?: string | undefined
  /** bedrock alone: the secret of accessKeyId. Encrypted with the tenant’s key, never read back. */
  secretAccessKey?: string | undefined
  /** bedrock alone: the session token of temporary credentials. Encrypted with the tenant’s key, never read back. */
  sessionToken?: string | undefined
  /** vertex alone: a service account’s key, the whole JSON file. Encrypted with the tenant’s key, never read back. */
  serviceAccountKey?: string | undefined
}

export interface ProviderAccountList {
  items: ProviderAccount[]
  nextCursor: string | null
  total?: number
}

export interface ProviderAccountTransferInput {
  /** The account: root, or another one that the caller has to do with. */
  to: string
  /** True by default: stored keys and secret values go along, for which the caller has to be able to use them. False wipes them. */
  withSecrets?: boolean | undefined
}

export interface ProviderAccountUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  /** The vendor. openai-compatible: any other server that speaks OpenAI’s format. sandbox: the built-in test provider. */
  provider?:
    | 'openai'
    | 'anthropic'
    | 'gemini'
    | 'azure-openai'
    | 'bedrock'
    | 'vertex'
    | 'mistral'
    | 'groq'
    | 'deepseek'
    | 'xai'
    | 'together'
    | 'fireworks'
    | 'openrouter'
    | 'cerebras'
    | 'perplexity'
    | 'cohere'
    | 'jina'
    | 'nvidia'
    | 'vllm'
    | 'ollama'
    | 'openai-compatible'
    | 'sandbox' | undefined
  /** Up to and including the version, such as https://api.openai.com/v1. Absent: the vendor’s own, where it has one. */
  baseUrl?: string | null | undefined
  /** azure-openai alone, such as 2024-10-21. Absent: the newer address, which needs none. */
  apiVersion?: string | null | undefined
  /** bedrock and vertex alone: where the models run, such as us-east-1 or europe-west4. vertex takes global, us and eu as well. */
  region?: string | null | undefined
  /** vertex alone: the Google Cloud project. Absent: the one that the service account’s key names. */
  project?: string | null | undefined
  /** bedrock alone, with secretAccessKey: signs requests. Absent: apiKey is used. */
  accessKeyId?: string | null | undefined
  /** The vendor’s key. Encrypted with the tenant’s key, never read back. */
  apiKey?: string | null | undefined
  /** bedrock alone: the secret of accessKeyId. Encrypted with the tenant’s key, never read back. */
  secretAccessKey?: string | null | undefined
  /** bedrock alone: the session token of temporary credentials. Encrypted with the tenant’s key, never read back. */
  sessionToken?: string | null | undefined
  /** vertex alone: a service account’s key, the whole JSON file. Encrypted with the tenant’s key, never read back. */
  serviceAccountKey?: string | null | undefined
}

export interface ReRateRunInput {
  /** The version of the price, such as 3. */
  price: number
  /** RFC 3339, UTC. */
  from: string
  /** Absent: now. */
  to?: string | undefined
  /** Book it as well where a charge was too low. Else only what is cheaper. */
  chargeDearer?: boolean | undefined
  /** The next of the call before: one call looks at 5000 records at most. */
  after?: string | undefined
  /** Why. Kept with the entry, shown on the bill and in the audit log. */
  reason: string
}

export interface ReRateRunResult {
  model: string
  price: number
  /** RFC 3339, UTC. */
  from: string
  /** RFC 3339, UTC. */
  to: string
  /** Looked at: all of the model in this time. */
  records: number
  /** Something was booked on them. */
  changed: number
  /** Left alone: what they used is not known well enough to compute it again. */
  unknown: number
  /** Owed for them before, credits taken off. */
  beforeUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  beforeNanos: string
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  afterUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  afterNanos: string
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  creditedUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  creditedNanos: string
  /** By adjustments: for charges that were too low, less earlier ones taken back. */
  adjustedNanos: string
  /** What charges were too low by, and was not booked for want of chargeDearer. */
  dearerNanos: string
  /** The same by account. */
  accounts: Array<{
    /** An id: acct_… */
    id: string
    name: string
    /** Looked at: all of the model in this time. */
    records: number
    /** Something was booked on them. */
    changed: number
    /** Left alone: what they used is not known well enough to compute it again. */
    unknown: number
    /** Owed for them before, credits taken off. */
    beforeUsd: string
    /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
    beforeNanos: string
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    afterUsd: string
    /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
    afterNanos: string
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    creditedUsd: string
    /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
    creditedNanos: string
    /** By adjustments: for charges that were too low, less earlier ones taken back. */
    adjustedNanos: string
    /** What charges were too low by, and was not booked for want of chargeDearer. */
    dearerNanos: string
  }>
  /** There is more: send it as after, with the same from and to. */
  next: string | null
}

/** What a resource can be. */
export type ResourceKind =
  | 'cluster'
  | 'workspace'
  | 'provider-account'
  | 'model'
  | 'virtual-model'
  | 'prompt'
  | 'secret-group'
  | 'secret'

export interface RevealedBodies {
  request: {
    /** Why there is no text, where there is none. */
    state: 'kept' | 'too_large' | 'not_text' | 'none'
    /** As it was sent. */
    bytes: number
    /** Redacted; a stream is put together. */
    text: string | null
  }
  answer: {
    /** Why there is no text, where there is none. */
    state: 'kept' | 'too_large' | 'not_text' | 'none'
    /** As it was sent. */
    bytes: number
    /** Redacted; a stream is put together. */
    text: string | null
  }
}

export interface RevealedSecret {
  value: string
}

export interface Role {
  /** An id: role_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  description: string
  builtIn: boolean
  permissions: Permission[]
}

export interface RoleCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  description?: string | undefined
  permissions: Permission[]
}

export interface RoleList {
  items: Role[]
  nextCursor: string | null
  total?: number
}

export interface RoleUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  description?: string | undefined
  permissions?: Permission[] | undefined
}

/** Calls through the gateway that the change would cut off. */
export interface RunningCalls {
  /** How many calls that run now would be ended. */
  calls: number
  callers: Array<{
    kind: 'user' | 'virtual-account'
    name: string | null
    token: string | null
    model: string | null
    calls: number
  }>
  /** How many gateways were asked. */
  asked: number
  /** How many did not answer in time. */
  silent: number
  sentence: string
}

export interface Secret {
  /** An id: sec_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  secretGroup: string
  /** It is the tenant’s and shared to this account. */
  shared: boolean
}

export interface SecretCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** A name or an id. */
  secretGroup: string
  value: string
}

export interface SecretGroup {
  /** An id: sgrp_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  /** It is the tenant’s and shared to this account. */
  shared: boolean
  description?: string
}

export interface SecretGroupCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  description?: string | undefined
}

export interface SecretGroupList {
  items: SecretGroup[]
  nextCursor: string | null
  total?: number
}

export interface SecretGroupTransferInput {
  /** The account: root, or another one that the caller has to do with. */
  to: string
  /** True by default: stored keys and secret values go along, for which the caller has to be able to use them. False wipes them. */
  withSecrets?: boolean | undefined
}

export interface SecretGroupUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  description?: string | null | undefined
}

export interface SecretList {
  items: Secret[]
  nextCursor: string | null
  total?: number
}

export interface SecretUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  value?: string | undefined
}

export interface Session {
  user: {
    /** An id: user_… */
    id: string
    email: string
    displayName: string
  }
  tenant: {
    /** An id: tnt_… */
    id: string
    name: string
    displayName: string
  }
  /** Send it as X-CSRF-Token with every change made with the session cookie. */
  csrfToken: string
  /** RFC 3339, UTC. */
  expiresAt: string
}

export interface SessionCreateInput {
  /** An e-mail address; upper and lower case are the same. */
  email: string
  password: string
  /** Which tenant’s sign-in this is. Not needed where there is only one. */
  tenant?: string | undefined
}

export interface Share {
  /** An id: share_… */
  id: string
  kind: 'share'
  /** The root account, which shares. */
  account: string
  resource: {
    id: string
    kind: string
    name: string
  }
  to: {
    /** An id: acct_… */
    id: string
    name: string
  }
  permissions: Permission[]
  markupPpm: number
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
}

export interface ShareCreateInput {
  kind: ResourceKind
  /** A name or an id. */
  resource: string
  /** The account. */
  to: string
  /** The most that the account may do with it, as a role: "user", "admin" … Reading is always part of it. */
  upTo?: 'viewer' | 'user' | 'editor' | 'admin' | undefined
  /** Instead of upTo: one by one. */
  permissions?: Permission[] | undefined
  /** Added to the price for this account, in parts per million (50000 is 5 %). */
  markupPpm?: number | undefined
}

export interface ShareList {
  items: Share[]
  nextCursor: string | null
  total?: number
}

export interface ShareUpdateInput {
  /** The most that the account may do with it, as a role: "user", "admin" … Reading is always part of it. */
  upTo?: 'viewer' | 'user' | 'editor' | 'admin' | undefined
  /** Instead of upTo: one by one. */
  permissions?: Permission[] | undefined
  /** Added to the price for this account, in parts per million (50000 is 5 %). */
  markupPpm?: number | undefined
}

export interface SignupCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  tenant: string
  tenantDisplayName: string
  /** An e-mail address; upper and lower case are the same. */
  email: string
  displayName: string
  password: string
}

export interface Team {
  /** An id: team_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  state: 'active' | 'suspended'
  members: number
}

export interface TeamCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** Users (e-mail or id) or virtual accounts (name or id) of this account. */
  members?: string[] | undefined
}

export interface TeamList {
  items: Team[]
  nextCursor: string | null
  total?: number
}

export interface TeamMember {
  /** An id: user_… or va_… */
  id: string
  kind: 'user' | 'virtual-account'
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  addedAt: string
  addedBy: string
}

export interface TeamMemberAddInput {
  /** A name or an id. */
  member: string
}

export interface TeamMemberList {
  items: TeamMember[]
  nextCursor: string | null
  total?: number
}

export interface TeamUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  state?: 'active' | 'suspended' | undefined
}

export interface Tenant {
  /** An id: tnt_… */
  id: string
  kind: 'tenant'
  name: string
  displayName: string
  state: string
  plan: string
  /** An id: acct_… */
  rootAccount: string
  /** Whether this deployment runs the sandbox provider. */
  sandbox: boolean
  /** RFC 3339, UTC. */
  createdAt: string
}

export interface TenantUpdateInput {
  displayName: string
}

export interface Token {
  /** An id: tok_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  /** An id: user_… or va_… */
  principal: string
  state: 'active' | 'expired'
  scopes: Permission[] | null
  ipAllowlist: string[] | null
  expiresAt: string | null
  lastUsedAt: string | null
  /** How many secrets are valid now: two while a rotation overlaps. */
  secrets: number
}

export interface TokenCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** Absent or null: does not expire. */
  expiresAt?: string | null | undefined
  /** Absent or null: all that the principal may. An empty list: nothing. */
  scopes?: Permission[] | null | undefined
  /** Addresses or CIDR ranges that the token may be used from. Absent or null: anywhere. */
  ipAllowlist?: string[] | null | undefined
}

export interface TokenList {
  items: Token[]
  nextCursor: string | null
  total?: number
}

export interface TokenRotateInput {
  /** How long the old secret goes on working, in seconds. */
  overlapSeconds?: number | undefined
}

export interface TokenUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  /** Absent or null: does not expire. */
  expiresAt?: string | null | undefined
  /** Absent or null: all that the principal may. An empty list: nothing. */
  scopes?: Permission[] | null | undefined
  /** Addresses or CIDR ranges that the token may be used from. Absent or null: anywhere. */
  ipAllowlist?: string[] | null | undefined
}

export type TokenWithSecret = Token & {
  /** The token itself. Shown once, kept only as a hash. */
  secret: string
}

export interface Transfer {
  /** An id: trf_… */
  id: string
  kind: 'transfer'
  /** The account that gives. */
  account: string
  from: {
    /** An id: acct_… */
    id: string
    name: string
  }
  to: {
    /** An id: acct_… */
    id: string
    name: string
  }
  resource: {
    id: string
    kind: ResourceKind
    /** `parent/name` for what lives in something. */
    name: string
    displayName: string
    /** How many things in it go along. */
    contains: number
  }
  /** Whether stored keys and secret values go along; else they are wiped. */
  withSecrets: boolean
  state: 'offered' | 'accepted'
  /** Who offered it, by name. */
  offeredBy: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  expiresAt: string
}

export interface TransferAcceptInput {
  /** What to call it here, if its name is taken. */
  name?: string | undefined
}

export interface TransferList {
  items: Transfer[]
  nextCursor: string | null
  total?: number
}

export interface UsageLimit {
  /** An id: lim_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  /** What is counted. tenant: all accounts together, and share: what an account spends through a share; both are made in the root account. each-user, each-virtual-account: the same for everyone who has none of his own. */
  level:
    | 'tenant'
    | 'account'
    | 'each-user'
    | 'each-virtual-account'
    | 'team'
    | 'user'
    | 'virtual-account'
    | 'token'
    | 'model'
    | 'share'
  of: {
    id: string
    name: string
  } | null
  /** Set by the tenant: the account reads it and can’t change it. */
  imposed: boolean
  metric: 'requests' | 'tokens' | 'concurrency'
  amount: number
  /** By raises in force now, on top of the amount. */
  raised: number
  windowSeconds: number | null
  mode: 'enforce' | 'audit'
  /** Null: nobody is told, or whom is the tenant’s business, who set the limit. */
  alerts: {
    percents: number[]
    toAdmins: boolean
    mails: string[]
    webhooks: Array<{
      /** An id: hook_… */
      id: string
      name: string
    }>
  } | null
  current: {
    /** For each-user and each-virtual-account: who has used most of his. Else null. */
    of: {
      id: string
      name: string
    } | null
    /** Null for concurrency, as resetsAt. */
    startsAt: string | null
    resetsAt: string | null
    /** In this window. Concurrency: 0. */
    used: number
    /** Set aside for calls in flight, by the gateways’ leases. */
    inFlight: number
    /** Of the amount and the raises in force. */
    remaining: number
    /** In mode audit: the calls that would have been refused, and what they used. */
    wouldRefuse: {
      calls: number
      amount: number
    }
  }
}

export interface UsageLimitCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** What is counted. tenant: all accounts together, and share: what an account spends through a share; both are made in the root account. each-user, each-virtual-account: the same for everyone who has none of his own. */
  level:
    | 'tenant'
    | 'account'
    | 'each-user'
    | 'each-virtual-account'
    | 'team'
    | 'user'
    | 'virtual-account'
    | 'token'
    | 'model'
    | 'share'
  /** Which team, user, virtual account, token, model or share. Not given for the other levels. */
  of?: string | undefined
  metric: 'requests' | 'tokens' | 'concurrency'
  amount: number
  /** Seconds, for requests and tokens. Not given for concurrency. */
  windowSeconds?: number | undefined
  /** audit: count and flag, refuse nothing. */
  mode?: 'enforce' | 'audit' | undefined
  alerts?: {
    /** Each is told once in a period: when this part of the limit in force, raises included, is used. */
    percents: number[]
    /** Mail to the admins of the account; of a limit that the tenant has set on it, also to the tenant’s. */
    toAdmins?: boolean | undefined
    /** Mail to these addresses. */
    mails?: string[] | undefined
    /** Names or ids of webhooks of this account. */
    webhooks?: string[] | undefined
  } | null | undefined
}

export interface UsageLimitList {
  items: UsageLimit[]
  nextCursor: string | null
  total?: number
}

export interface UsageLimitRaise {
  /** An id: raise_… */
  id: string
  limit: {
    /** An id: bud_… or lim_… */
    id: string
    name: string
  }
  /** RFC 3339, UTC. */
  from: string
  /** RFC 3339, UTC. */
  until: string
  reason: string
  state: 'planned' | 'in-force' | 'over' | 'ended'
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  endedAt: string | null
  endedBy: string | null
  amount: number
}

export interface UsageLimitRaiseCreateInput {
  amount: number
  /** Absent: from now on. */
  from?: string | undefined
  /** RFC 3339, UTC. */
  until: string
  /** Why. Kept with the raise and in the audit log. */
  reason: string
}

export interface UsageLimitRaiseList {
  items: UsageLimitRaise[]
  nextCursor: string | null
  total?: number
}

export interface UsageLimitUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  amount?: number | undefined
  /** audit: count and flag, refuse nothing. */
  mode?: 'enforce' | 'audit' | undefined
  alerts?: {
    /** Each is told once in a period: when this part of the limit in force, raises included, is used. */
    percents?: number[] | undefined
    /** Mail to the admins of the account; of a limit that the tenant has set on it, also to the tenant’s. */
    toAdmins?: boolean | undefined
    /** Mail to these addresses. */
    mails?: string[] | undefined
    /** Names or ids of webhooks of this account. */
    webhooks?: string[] | undefined
  } | null | undefined
}

export interface UsageRecord {
  /** An id: use_… */
  id: string
  kind: 'usage-record'
  /** An id: acct_… */
  account: string
  /** An id: req_… */
  requestId: string
  attempt: number
  /** RFC 3339, UTC. */
  at: string
  principal: {
    /** An id: user_… or va_… */
    id: string
    kind: string
    name: string
  }
  token: string | null
  model: {
    /** An id: mdl_… */
    id: string
    name: string
  }
  shared: boolean
  route: string
  status: 'ok' | 'error' | 'cancelled' | 'unknown'
  numbersFrom: 'provider' | 'estimate' | 'worst-case' | 'cache'
  inputTokens: number
  cachedInputTokens: number
  outputTokens: number
  /** Pictures, seconds of audio, characters of speech, search units. */
  units: {
    images?: number
    audioSeconds?: number
    characters?: number
    searchUnits?: number
  }
  price: string | null
  priceVersion: number | null
  markupPpm: number
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  costUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  costNanos: string
  /** Of the cost, taken back by credits since. */
  creditedNanos: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  heldNanos: string
  overHold: boolean
  durationMs: number
}

export interface UsageRecordList {
  items: UsageRecord[]
  nextCursor: string | null
  total?: number
}

export interface UsageSummary {
  /** RFC 3339, UTC. */
  from: string
  /** RFC 3339, UTC. */
  to: string
  /** Decimal US dollars, such as "12.50" or "0.000001250". */
  totalUsd: string
  /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
  totalNanos: string
  requests: number
  groups: Array<{
    key: string
    name: string
    thenKey: string | null
    thenName: string | null
    requests: number
    inputTokens: number
    outputTokens: number
    /** Pictures, seconds of audio, characters of speech, search units. */
    units: {
      images?: number
      audioSeconds?: number
      characters?: number
      searchUnits?: number
    }
    /** Decimal US dollars, such as "12.50" or "0.000001250". */
    costUsd: string
    /** Integer nano-US-dollars (1 USD = 1,000,000,000). */
    costNanos: string
  }>
}

export interface User {
  /** An id: user_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  email: string
  state: 'invited' | 'active' | 'deactivated' | 'deleted'
  /** Null for a user of the tenant who is not in this account, seen by its admins. */
  memberSince: string | null
  source: 'manual' | 'scim' | 'sso' | null
}

export interface UserInviteInput {
  /** An e-mail address; upper and lower case are the same. */
  email: string
  displayName?: string | undefined
  /** A role on the whole account. */
  role?: string | undefined
  teams?: string[] | undefined
}

export type UserInviteResult = User & {
  invitation: InvitationWithLink | null
}

export interface UserList {
  items: User[]
  nextCursor: string | null
  total?: number
}

export type UserReactivateResult = User & {
  /** What the user has again, as it was: memberships, places in teams, grants that have not expired. Sessions, tokens and open invitations ended for good. */
  back: {
    accounts: string[]
    teams: number
    grants: number
    /** Who never chose a password signs in by a new invitation: invite again. */
    needsInvitation: boolean
  }
}

export interface UserUpdateInput {
  displayName?: string | undefined
}

export interface VirtualAccount {
  /** An id: va_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  state: 'active' | 'suspended'
  /** False when its creator was deactivated or left. It goes on all the same. */
  creatorActive: boolean
  /** The team that answers for it. Its budgets and usage limits count what it spends. */
  ownerTeam: {
    /** An id: team_… */
    id: string
    name: string
  } | null
  /** Set when the team that answered for it was deleted: what that team was called. */
  formerOwnerTeam: string | null
}

export interface VirtualAccountCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  teams?: string[] | undefined
  /** A team that is to answer for it. */
  ownerTeam?: string | undefined
}

export interface VirtualAccountList {
  items: VirtualAccount[]
  nextCursor: string | null
  total?: number
}

export interface VirtualAccountUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  state?: 'active' | 'suspended' | undefined
  ownerTeam?: string | null | undefined
}

export interface VirtualModel {
  /** An id: vmdl_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  /** It is the tenant’s and shared to this account. */
  shared: boolean
  /** priority: the first target, the next one when it fails. weighted: spread by weight. latency: the target that answers fastest, as each gateway measures it. */
  strategy: 'priority' | 'weighted' | 'latency'
  /** Those that the account can reach: a shared virtual model may have others. */
  targets: Array<{
    /** provider-account/model */
    model: string
    weight: number
    /** What this target is asked other than the client asked it, in chat, responses and messages. It counts for what is held. */
    overrides?: {
      /** null: left out of the request. */
      temperature?: number | null
      /** null: left out of the request. */
      topP?: number | null
      /** The limit, whatever was asked for. */
      outputTokens?: number
      /** The limit where more was asked for, or nothing was. */
      outputTokensMax?: number
      /** null: left out of the request. */
      reasoningEffort?: 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | null
      /** null: left out of the request. */
      serviceTier?: 'auto' | 'default' | 'flex' | null
    }
    /** How long its answer may take to begin. Absent: ten minutes. */
    firstByteSeconds?: number
    /** How long its answer may pause. Absent: two minutes. */
    idleSeconds?: number
  }>
  /** Which requests go to one and the same target while it works. key: those that say the same in x-commonhold-sticky, prompt_cache_key, user or metadata.user_id. principal: those of one user or virtual account. Absent: off. Not with strategy priority. */
  sticky?: 'off' | 'key' | 'principal'
  /** How often a target is asked again before the next one, after a short wait, where its failure may pass. Absent: 0. */
  retries?: number
  /** Which failures go on to the next target, as reasons or statuses. Absent: all but request_refused. Never after the first byte of an answer. */
  fallbackOn?: Array<
    | 'not_connected'
    | 'credential_refused'
    | 'model_not_found'
    | 'rate_limited'
    | 'overloaded'
    | 'internal_error'
    | 'error_as_first_event'
    | 'gateway_error'
    | 'timed_out'
    | 'connection_lost'
    | 'malformed_answer'
    | 'request_refused' | string>
  /** How long all attempts together may take until an answer begins. Absent: only each attempt is limited. */
  timeLimitSeconds?: number
}

export interface VirtualModelCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** priority: the first target, the next one when it fails. weighted: spread by weight. latency: the target that answers fastest, as each gateway measures it. */
  strategy: 'priority' | 'weighted' | 'latency'
  targets: Array<{
    /** provider-account/model */
    model: string
    weight?: number | undefined
    /** What this target is asked other than the client asked it, in chat, responses and messages. It counts for what is held. */
    overrides?: {
      /** null: left out of the request. */
      temperature?: number | null | undefined
      /** null: left out of the request. */
      topP?: number | null | undefined
      /** The limit, whatever was asked for. */
      outputTokens?: number | undefined
      /** The limit where more was asked for, or nothing was. */
      outputTokensMax?: number | undefined
      /** null: left out of the request. */
      reasoningEffort?: 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | null | undefined
      /** null: left out of the request. */
      serviceTier?: 'auto' | 'default' | 'flex' | null | undefined
    } | undefined
    /** How long its answer may take to begin. Absent: ten minutes. */
    firstByteSeconds?: number | undefined
    /** How long its answer may pause. Absent: two minutes. */
    idleSeconds?: number | undefined
  }>
  /** Which requests go to one and the same target while it works. key: those that say the same in x-commonhold-sticky, prompt_cache_key, user or metadata.user_id. principal: those of one user or virtual account. Absent: off. Not with strategy priority. */
  sticky?: 'off' | 'key' | 'principal' | undefined
  /** How often a target is asked again before the next one, after a short wait, where its failure may pass. Absent: 0. */
  retries?: number | undefined
  /** Which failures go on to the next target, as reasons or statuses. Absent: all but request_refused. Never after the first byte of an answer. */
  fallbackOn?: Array<
    | 'not_connected'
    | 'credential_refused'
    | 'model_not_found'
    | 'rate_limited'
    | 'overloaded'
    | 'internal_error'
    | 'error_as_first_event'
    | 'gateway_error'
    | 'timed_out'
    | 'connection_lost'
    | 'malformed_answer'
    | 'request_refused' | string> | undefined
  /** How long all attempts together may take until an answer begins. Absent: only each attempt is limited. */
  timeLimitSeconds?: number | undefined
}

export interface VirtualModelList {
  items: VirtualModel[]
  nextCursor: string | null
  total?: number
}

export interface VirtualModelTransferInput {
  /** The account: root, or another one that the caller has to do with. */
  to: string
  /** True by default: stored keys and secret values go along, for which the caller has to be able to use them. False wipes them. */
  withSecrets?: boolean | undefined
}

export interface VirtualModelUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  /** priority: the first target, the next one when it fails. weighted: spread by weight. latency: the target that answers fastest, as each gateway measures it. */
  strategy?: 'priority' | 'weighted' | 'latency' | undefined
  targets?: Array<{
    /** provider-account/model */
    model: string
    weight?: number | undefined
    /** What this target is asked other than the client asked it, in chat, responses and messages. It counts for what is held. */
    overrides?: {
      /** null: left out of the request. */
      temperature?: number | null | undefined
      /** null: left out of the request. */
      topP?: number | null | undefined
      /** The limit, whatever was asked for. */
      outputTokens?: number | undefined
      /** The limit where more was asked for, or nothing was. */
      outputTokensMax?: number | undefined
      /** null: left out of the request. */
      reasoningEffort?: 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | null | undefined
      /** null: left out of the request. */
      serviceTier?: 'auto' | 'default' | 'flex' | null | undefined
    } | undefined
    /** How long its answer may take to begin. Absent: ten minutes. */
    firstByteSeconds?: number | undefined
    /** How long its answer may pause. Absent: two minutes. */
    idleSeconds?: number | undefined
  }> | undefined
  /** Which requests go to one and the same target while it works. key: those that say the same in x-commonhold-sticky, prompt_cache_key, user or metadata.user_id. principal: those of one user or virtual account. Absent: off. Not with strategy priority. */
  sticky?: 'off' | 'key' | 'principal' | null | undefined
  /** How often a target is asked again before the next one, after a short wait, where its failure may pass. Absent: 0. */
  retries?: number | null | undefined
  /** Which failures go on to the next target, as reasons or statuses. Absent: all but request_refused. Never after the first byte of an answer. */
  fallbackOn?: Array<
    | 'not_connected'
    | 'credential_refused'
    | 'model_not_found'
    | 'rate_limited'
    | 'overloaded'
    | 'internal_error'
    | 'error_as_first_event'
    | 'gateway_error'
    | 'timed_out'
    | 'connection_lost'
    | 'malformed_answer'
    | 'request_refused' | string> | null | undefined
  /** How long all attempts together may take until an answer begins. Absent: only each attempt is limited. */
  timeLimitSeconds?: number | null | undefined
}

export interface Webhook {
  /** An id: hook_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  /** Null for whoever may not manage the account: it may be a credential itself. */
  address: string | null
  /** While a rotation overlaps: until when messages are signed with both secrets. */
  previousSecretUntil: string | null
  lastDelivery: WebhookDelivery | null
}

export interface WebhookCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** https. Where the operator allows private addresses, http too. Redirects are not followed. */
  address: string
}

export type WebhookCreateResult = Webhook & {
  /** Signs the messages. Shown once, kept encrypted. */
  secret: string
}

export interface WebhookDelivery {
  /** The header webhook-id: the same in every attempt. */
  id: string
  webhook: {
    /** An id: hook_… */
    id: string
    name: string
  }
  event: 'budget.threshold' | 'usage-limit.threshold' | 'webhook.test'
  state: 'pending' | 'delivered' | 'failed'
  attempts: number
  /** RFC 3339, UTC. */
  createdAt: string
  nextTryAt: string | null
  lastTry: {
    /** RFC 3339, UTC. */
    at: string
    /** Null: there was no answer. */
    status: number | null
    /** Null: it was taken. */
    error: string | null
  } | null
}

export interface WebhookDeliveryList {
  items: WebhookDelivery[]
  nextCursor: string | null
  total?: number
}

export interface WebhookList {
  items: Webhook[]
  nextCursor: string | null
  total?: number
}

export interface WebhookRotateInput {
  /** How long the old secret goes on signing beside it, in seconds. */
  overlapSeconds?: number | undefined
}

export interface WebhookUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  /** https. Where the operator allows private addresses, http too. Redirects are not followed. */
  address?: string | undefined
}

export interface Workspace {
  /** An id: wks_… */
  id: string
  kind: string
  /** The account that owns it. */
  account: string
  name: string
  displayName: string
  /** RFC 3339, UTC. */
  createdAt: string
  createdBy: string
  /** RFC 3339, UTC. */
  updatedAt: string
  revision: number
  cluster: string
  /** It is the tenant’s and shared to this account. */
  shared: boolean
  namespace?: string
}

export interface WorkspaceCreateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name: string
  displayName?: string | undefined
  /** A name or an id. */
  cluster: string
  namespace?: string | undefined
}

export interface WorkspaceList {
  items: Workspace[]
  nextCursor: string | null
  total?: number
}

export interface WorkspaceTransferInput {
  /** The account: root, or another one that the caller has to do with. */
  to: string
  /** True by default: stored keys and secret values go along, for which the caller has to be able to use them. False wipes them. */
  withSecrets?: boolean | undefined
}

export interface WorkspaceUpdateInput {
  /** Unique per kind and account. Serves wherever an id does. */
  name?: string | undefined
  displayName?: string | undefined
  namespace?: string | null | undefined
}

/** One function for each operation: `client.team.create({ account }, { name })`. */
export interface Operations {
  readonly deployment: {
    /** Tells how to sign in here: the mode, and the tenant if there is just one. */
    get(params?: { tenant?: string | undefined }, options?: CallOptions): Promise<Deployment>
  }
  readonly session: {
    /** Signs in with e-mail and password; the answer sets the session cookie. */
    create(params: Record<string, never>, body: SessionCreateInput, options?: CallOptions): Promise<Session>
    /** Reads the session that the cookie stands for. */
    get(params?: Record<string, never>, options?: CallOptions): Promise<Session>
    /** Signs out. */
    delete(params: Record<string, never>, options: DryRunOptions): Promise<DryRun<void>>
    delete(params?: Record<string, never>, options?: MutationOptions): Promise<void>
    /** Lists the caller’s own sessions. */
    list(params?: Record<string, never>, options?: CallOptions): Promise<ListedSessionList>
    /** Ends one of the caller’s own sessions. */
    revoke(params: { session: string }, options: DryRunOptions): Promise<DryRun<void>>
    revoke(params: { session: string }, options?: MutationOptions): Promise<void>
  }
  readonly signup: {
    /** Makes a tenant with its first admin. Only where the deployment is in hosted mode. */
    create(params: Record<string, never>, body: SignupCreateInput, options?: CallOptions): Promise<Session>
  }
  readonly invitation: {
    /** Lists the invitations of the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'createdAt' | '-createdAt' | undefined }, options?: CallOptions): Promise<InvitationList>
    /** Makes a new link for an invited user; the old one stops working. */
    renew(params: { account: string; invitation: string }, options: DryRunOptions): Promise<DryRun<InvitationWithLink>>
    renew(params: { account: string; invitation: string }, options?: MutationOptions): Promise<InvitationWithLink>
    /** Takes an invitation back. */
    delete(params: { account: string; invitation: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; invitation: string }, options?: MutationOptions): Promise<void>
    /** Tells the holder of an invitation link what it invites to. */
    inspect(params: Record<string, never>, body: InvitationInspectInput, options?: CallOptions): Promise<InvitationPreview>
    /** Accepts an invitation: sets the password and signs in. */
    accept(params: Record<string, never>, body: InvitationAcceptInput, options?: CallOptions): Promise<Session>
  }
  readonly me: {
    /** Tells who the caller is and which accounts it is a member of. */
    get(params?: Record<string, never>, options?: CallOptions): Promise<Me>
    /** Tells what the caller may do in an account as a whole, and its teams there. */
    account(params: { account: string }, options?: CallOptions): Promise<MeInAccount>
    /** Changes the caller’s own display name. */
    update(params: Record<string, never>, body: MeUpdateInput, options: DryRunOptions): Promise<DryRun<Principal>>
    update(params: Record<string, never>, body: MeUpdateInput, options?: MutationOptions): Promise<Principal>
    /** Leaves an account, with the grants, teams and tokens that one has there. */
    leave(params: { account: string }, options: DryRunOptions): Promise<DryRun<void>>
    leave(params: { account: string }, options?: MutationOptions): Promise<void>
    /** Changes the caller’s password and ends every other session. */
    changePassword(params: Record<string, never>, body: MeChangePasswordInput, options: DryRunOptions): Promise<DryRun<void>>
    changePassword(params: Record<string, never>, body: MeChangePasswordInput, options?: MutationOptions): Promise<void>
  }
  readonly tenant: {
    /** Reads the tenant. */
    get(params?: Record<string, never>, options?: CallOptions): Promise<Tenant>
    /** Changes the tenant’s display name. */
    update(params: Record<string, never>, body: TenantUpdateInput, options: DryRunOptions): Promise<DryRun<Tenant>>
    update(params: Record<string, never>, body: TenantUpdateInput, options?: MutationOptions): Promise<Tenant>
  }
  readonly account: {
    /** Lists the accounts of the tenant: all for its admins, one’s own for everybody else. */
    list(params?: { limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | undefined; 'filter[state]'?: 'active' | 'suspended' | undefined }, options?: CallOptions): Promise<AccountList>
    /** Creates an account, with its boundary, its first admin and its budget. */
    create(params: Record<string, never>, body: AccountCreateInput, options: DryRunOptions): Promise<DryRun<AccountCreateResult>>
    create(params: Record<string, never>, body: AccountCreateInput, options?: MutationOptions): Promise<AccountCreateResult>
    /** Reads an account: as one of its members, or as an admin of the tenant. */
    get(params: { account: string }, options?: CallOptions): Promise<Account>
    /** Changes an account: its name, settings, budget or boundary, at once for everybody. */
    update(params: { account: string }, body: AccountUpdateInput, options: DryRunOptions): Promise<DryRun<Account>>
    update(params: { account: string }, body: AccountUpdateInput, options?: MutationOptions): Promise<Account>
    /** Suspends an account: nothing acts in it until it is resumed. */
    suspend(params: { account: string }, options: DryRunOptions): Promise<DryRun<Account>>
    suspend(params: { account: string }, options?: MutationOptions): Promise<Account>
    /** Resumes a suspended account. */
    resume(params: { account: string }, options: DryRunOptions): Promise<DryRun<Account>>
    resume(params: { account: string }, options?: MutationOptions): Promise<Account>
    /** Deletes an account with all that it owns; its bills and audit log are kept. */
    delete(params: { account: string; force?: boolean | undefined }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; force?: boolean | undefined }, options?: MutationOptions): Promise<void>
    /** Joins an account as an admin. Audited there, where its admins see it. */
    join(params: { account: string }, options: DryRunOptions): Promise<DryRun<Account>>
    join(params: { account: string }, options?: MutationOptions): Promise<Account>
    /** Tells what an account has spent in the running month, for the admins of the tenant. */
    bill(params: { account: string }, options?: CallOptions): Promise<AccountBill>
  }
  readonly user: {
    /** Lists the users of the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'email' | '-email' | 'createdAt' | '-createdAt' | undefined; 'filter[state]'?: 'invited' | 'active' | 'deactivated' | undefined; 'filter[team]'?: string | undefined }, options?: CallOptions): Promise<UserList>
    /** Invites a person into the account, or adds somebody who is in the tenant already. */
    invite(params: { account: string }, body: UserInviteInput, options: DryRunOptions): Promise<DryRun<UserInviteResult>>
    invite(params: { account: string }, body: UserInviteInput, options?: MutationOptions): Promise<UserInviteResult>
    /** Reads a user of the account, by id or e-mail. */
    get(params: { account: string; user: string }, options?: CallOptions): Promise<User>
    /** Changes a user’s display name. */
    update(params: { account: string; user: string }, body: UserUpdateInput, options: DryRunOptions): Promise<DryRun<User>>
    update(params: { account: string; user: string }, body: UserUpdateInput, options?: MutationOptions): Promise<User>
    /** Deactivates a user: sessions and personal tokens stop at once, everywhere. */
    deactivate(params: { account: string; user: string }, options: DryRunOptions): Promise<DryRun<User>>
    deactivate(params: { account: string; user: string }, options?: MutationOptions): Promise<User>
    /** Lets a deactivated user sign in again. Sessions and tokens do not come back. */
    reactivate(params: { account: string; user: string }, options: DryRunOptions): Promise<DryRun<UserReactivateResult>>
    reactivate(params: { account: string; user: string }, options?: MutationOptions): Promise<UserReactivateResult>
    /** Takes a user’s password away and makes a link that sets a new one. */
    resetPassword(params: { account: string; user: string }, options: DryRunOptions): Promise<DryRun<InvitationWithLink>>
    resetPassword(params: { account: string; user: string }, options?: MutationOptions): Promise<InvitationWithLink>
    /** Removes a user from the account, with the grants, teams and tokens held there. */
    remove(params: { account: string; user: string }, options: DryRunOptions): Promise<DryRun<void>>
    remove(params: { account: string; user: string }, options?: MutationOptions): Promise<void>
  }
  readonly team: {
    /** Creates a team. */
    create(params: { account: string }, body: TeamCreateInput, options: DryRunOptions): Promise<DryRun<Team>>
    create(params: { account: string }, body: TeamCreateInput, options?: MutationOptions): Promise<Team>
    /** Lists the teams of the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | undefined }, options?: CallOptions): Promise<TeamList>
    /** Reads a team. */
    get(params: { account: string; team: string }, options?: CallOptions): Promise<Team>
    /** Renames a team, suspends or resumes it; a suspended team carries no grants. */
    update(params: { account: string; team: string }, body: TeamUpdateInput, options: DryRunOptions): Promise<DryRun<Team>>
    update(params: { account: string; team: string }, body: TeamUpdateInput, options?: MutationOptions): Promise<Team>
    /** Deletes a team and what was granted to it. */
    delete(params: { account: string; team: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; team: string }, options?: MutationOptions): Promise<void>
  }
  readonly teamMember: {
    /** Lists the members of a team. */
    list(params: { account: string; team: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'createdAt' | '-createdAt' | undefined }, options?: CallOptions): Promise<TeamMemberList>
    /** Adds a member of the account to a team. */
    add(params: { account: string; team: string }, body: TeamMemberAddInput, options: DryRunOptions): Promise<DryRun<TeamMember>>
    add(params: { account: string; team: string }, body: TeamMemberAddInput, options?: MutationOptions): Promise<TeamMember>
    /** Takes a member out of a team. */
    remove(params: { account: string; team: string; member: string }, options: DryRunOptions): Promise<DryRun<void>>
    remove(params: { account: string; team: string; member: string }, options?: MutationOptions): Promise<void>
  }
  readonly virtualAccount: {
    /** Creates a virtual account. */
    create(params: { account: string }, body: VirtualAccountCreateInput, options: DryRunOptions): Promise<DryRun<VirtualAccount>>
    create(params: { account: string }, body: VirtualAccountCreateInput, options?: MutationOptions): Promise<VirtualAccount>
    /** Lists the virtual accounts of the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | undefined; 'filter[state]'?: 'active' | 'suspended' | undefined; 'filter[ownerTeam]'?: string | undefined }, options?: CallOptions): Promise<VirtualAccountList>
    /** Reads a virtual account. */
    get(params: { account: string; virtualAccount: string }, options?: CallOptions): Promise<VirtualAccount>
    /** Renames, suspends or resumes a virtual account, or says which team answers for it. */
    update(params: { account: string; virtualAccount: string }, body: VirtualAccountUpdateInput, options: DryRunOptions): Promise<DryRun<VirtualAccount>>
    update(params: { account: string; virtualAccount: string }, body: VirtualAccountUpdateInput, options?: MutationOptions): Promise<VirtualAccount>
    /** Deletes a virtual account with its tokens and grants. */
    delete(params: { account: string; virtualAccount: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; virtualAccount: string }, options?: MutationOptions): Promise<void>
  }
  readonly token: {
    /** Creates a token of a virtual account; its secret is in this answer and nowhere else. */
    create(params: { account: string; virtualAccount: string }, body: TokenCreateInput, options: DryRunOptions): Promise<DryRun<TokenWithSecret>>
    create(params: { account: string; virtualAccount: string }, body: TokenCreateInput, options?: MutationOptions): Promise<TokenWithSecret>
    /** Lists each token of a virtual account. */
    list(params: { account: string; virtualAccount: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | undefined }, options?: CallOptions): Promise<TokenList>
    /** Reads a token of a virtual account, without its secret. */
    get(params: { account: string; virtualAccount: string; token: string }, options?: CallOptions): Promise<Token>
    /** Changes the expiry, scopes or addresses of a token of a virtual account. */
    update(params: { account: string; virtualAccount: string; token: string }, body: TokenUpdateInput, options: DryRunOptions): Promise<DryRun<Token>>
    update(params: { account: string; virtualAccount: string; token: string }, body: TokenUpdateInput, options?: MutationOptions): Promise<Token>
    /** Gives a token of a virtual account a new secret; the old one goes on for the overlap. */
    rotate(params: { account: string; virtualAccount: string; token: string }, body: TokenRotateInput, options: DryRunOptions): Promise<DryRun<TokenWithSecret>>
    rotate(params: { account: string; virtualAccount: string; token: string }, body: TokenRotateInput, options?: MutationOptions): Promise<TokenWithSecret>
    /** Revokes a token of a virtual account at once. */
    delete(params: { account: string; virtualAccount: string; token: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; virtualAccount: string; token: string }, options?: MutationOptions): Promise<void>
  }
  readonly personalAccessToken: {
    /** Creates a personal access token of the caller; its secret is in this answer and nowhere else. */
    create(params: { account: string }, body: PersonalAccessTokenCreateInput, options: DryRunOptions): Promise<DryRun<TokenWithSecret>>
    create(params: { account: string }, body: PersonalAccessTokenCreateInput, options?: MutationOptions): Promise<TokenWithSecret>
    /** Lists each personal access token of the caller. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | undefined }, options?: CallOptions): Promise<TokenList>
    /** Reads a personal access token of the caller, without its secret. */
    get(params: { account: string; token: string }, options?: CallOptions): Promise<Token>
    /** Changes the expiry, scopes or addresses of a personal access token of the caller. */
    update(params: { account: string; token: string }, body: PersonalAccessTokenUpdateInput, options: DryRunOptions): Promise<DryRun<Token>>
    update(params: { account: string; token: string }, body: PersonalAccessTokenUpdateInput, options?: MutationOptions): Promise<Token>
    /** Gives a personal access token of the caller a new secret; the old one goes on for the overlap. */
    rotate(params: { account: string; token: string }, body: PersonalAccessTokenRotateInput, options: DryRunOptions): Promise<DryRun<TokenWithSecret>>
    rotate(params: { account: string; token: string }, body: PersonalAccessTokenRotateInput, options?: MutationOptions): Promise<TokenWithSecret>
    /** Revokes a personal access token of the caller at once. */
    delete(params: { account: string; token: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; token: string }, options?: MutationOptions): Promise<void>
  }
  readonly role: {
    /** Creates a custom role. It can only carry what its author holds. */
    create(params: { account: string }, body: RoleCreateInput, options: DryRunOptions): Promise<DryRun<Role>>
    create(params: { account: string }, body: RoleCreateInput, options?: MutationOptions): Promise<Role>
    /** Lists the roles that can be granted in the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | undefined; 'filter[builtIn]'?: 'true' | 'false' | undefined }, options?: CallOptions): Promise<RoleList>
    /** Reads a role. */
    get(params: { account: string; role: string }, options?: CallOptions): Promise<Role>
    /** Changes a custom role, at once for everybody who has it. */
    update(params: { account: string; role: string }, body: RoleUpdateInput, options: DryRunOptions): Promise<DryRun<Role>>
    update(params: { account: string; role: string }, body: RoleUpdateInput, options?: MutationOptions): Promise<Role>
    /** Deletes a custom role that nobody has any more. */
    delete(params: { account: string; role: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; role: string }, options?: MutationOptions): Promise<void>
  }
  readonly grant: {
    /** Grants a role on an object to a user, team or virtual account of the account. */
    create(params: { account: string }, body: GrantCreateInput, options: DryRunOptions): Promise<DryRun<Grant>>
    create(params: { account: string }, body: GrantCreateInput, options?: MutationOptions): Promise<Grant>
    /** Lists the grants of the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'createdAt' | '-createdAt' | undefined; 'filter[user]'?: string | undefined; 'filter[team]'?: string | undefined; 'filter[virtualAccount]'?: string | undefined; 'filter[resource]'?: string | undefined; 'filter[role]'?: string | undefined }, options?: CallOptions): Promise<GrantList>
    /** Reads a grant. */
    get(params: { account: string; grant: string }, options?: CallOptions): Promise<Grant>
    /** Takes a grant back; it stops counting with the next request. */
    delete(params: { account: string; grant: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; grant: string }, options?: MutationOptions): Promise<void>
  }
  readonly share: {
    /** Shares a tenant-level resource with an account. Only in the root account. */
    create(params: { account: string }, body: ShareCreateInput, options: DryRunOptions): Promise<DryRun<Share>>
    create(params: { account: string }, body: ShareCreateInput, options?: MutationOptions): Promise<Share>
    /** Lists shares: in root those that it made, elsewhere those made to the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'createdAt' | '-createdAt' | undefined; 'filter[to]'?: string | undefined; 'filter[resource]'?: string | undefined; 'filter[kind]'?: ResourceKind | undefined }, options?: CallOptions): Promise<ShareList>
    /** Reads a share. */
    get(params: { account: string; share: string }, options?: CallOptions): Promise<Share>
    /** Changes the most that the account may do with the shared resource. */
    update(params: { account: string; share: string }, body: ShareUpdateInput, options: DryRunOptions): Promise<DryRun<Share>>
    update(params: { account: string; share: string }, body: ShareUpdateInput, options?: MutationOptions): Promise<Share>
    /** Un-shares: every grant that the account made on it goes as well. */
    delete(params: { account: string; share: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; share: string }, options?: MutationOptions): Promise<void>
  }
  readonly transfer: {
    /** Lists open offers: of what this account gives away, and of what it is given. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'createdAt' | '-createdAt' | undefined; 'filter[direction]'?: 'in' | 'out' | undefined; 'filter[kind]'?: ResourceKind | undefined }, options?: CallOptions): Promise<TransferList>
    /** Reads an open offer. */
    get(params: { account: string; transfer: string }, options?: CallOptions): Promise<Transfer>
    /** Accepts an offer: the resource, with what is in it, is this account’s from now on. */
    accept(params: { account: string; transfer: string }, body: TransferAcceptInput, options: DryRunOptions): Promise<DryRun<Transfer>>
    accept(params: { account: string; transfer: string }, body: TransferAcceptInput, options?: MutationOptions): Promise<Transfer>
    /** Takes an offer back, or declines it. Nothing has moved. */
    delete(params: { account: string; transfer: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; transfer: string }, options?: MutationOptions): Promise<void>
  }
  readonly cluster: {
    /** Creates a cluster. */
    create(params: { account: string }, body: ClusterCreateInput, options: DryRunOptions): Promise<DryRun<Cluster>>
    create(params: { account: string }, body: ClusterCreateInput, options?: MutationOptions): Promise<Cluster>
    /** Lists every cluster that the caller may read in the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | undefined; 'filter[shared]'?: 'true' | 'false' | undefined }, options?: CallOptions): Promise<ClusterList>
    /** Reads a cluster. */
    get(params: { account: string; cluster: string }, options?: CallOptions): Promise<Cluster>
    /** Changes the named fields of a cluster. */
    update(params: { account: string; cluster: string }, body: ClusterUpdateInput, options: DryRunOptions): Promise<DryRun<Cluster>>
    update(params: { account: string; cluster: string }, body: ClusterUpdateInput, options?: MutationOptions): Promise<Cluster>
    /** Deletes a cluster, what is in it, and every grant and share of it. */
    delete(params: { account: string; cluster: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; cluster: string }, options?: MutationOptions): Promise<void>
    /** Offers a cluster, with what is in it, to another account, which may accept it. */
    transfer(params: { account: string; cluster: string }, body: ClusterTransferInput, options: DryRunOptions): Promise<DryRun<Transfer>>
    transfer(params: { account: string; cluster: string }, body: ClusterTransferInput, options?: MutationOptions): Promise<Transfer>
  }
  readonly workspace: {
    /** Creates a workspace. */
    create(params: { account: string }, body: WorkspaceCreateInput, options: DryRunOptions): Promise<DryRun<Workspace>>
    create(params: { account: string }, body: WorkspaceCreateInput, options?: MutationOptions): Promise<Workspace>
    /** Lists every workspace that the caller may read in the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | undefined; 'filter[cluster]'?: string | undefined; 'filter[shared]'?: 'true' | 'false' | undefined }, options?: CallOptions): Promise<WorkspaceList>
    /** Reads a workspace. */
    get(params: { account: string; workspace: string }, options?: CallOptions): Promise<Workspace>
    /** Changes the named fields of a workspace. */
    update(params: { account: string; workspace: string }, body: WorkspaceUpdateInput, options: DryRunOptions): Promise<DryRun<Workspace>>
    update(params: { account: string; workspace: string }, body: WorkspaceUpdateInput, options?: MutationOptions): Promise<Workspace>
    /** Deletes a workspace, what is in it, and every grant and share of it. */
    delete(params: { account: string; workspace: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; workspace: string }, options?: MutationOptions): Promise<void>
    /** Offers a workspace, with what is in it, to another account, which may accept it. */
    transfer(params: { account: string; workspace: string }, body: WorkspaceTransferInput, options: DryRunOptions): Promise<DryRun<Transfer>>
    transfer(params: { account: string; workspace: string }, body: WorkspaceTransferInput, options?: MutationOptions): Promise<Transfer>
  }
  readonly providerAccount: {
    /** Creates a provider account. */
    create(params: { account: string }, body: ProviderAccountCreateInput, options: DryRunOptions): Promise<DryRun<ProviderAccount>>
    create(params: { account: string }, body: ProviderAccountCreateInput, options?: MutationOptions): Promise<ProviderAccount>
    /** Lists every provider account that the caller may read in the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | undefined; 'filter[shared]'?: 'true' | 'false' | undefined }, options?: CallOptions): Promise<ProviderAccountList>
    /** Reads a provider account. */
    get(params: { account: string; providerAccount: string }, options?: CallOptions): Promise<ProviderAccount>
    /** Changes the named fields of a provider account. */
    update(params: { account: string; providerAccount: string }, body: ProviderAccountUpdateInput, options: DryRunOptions): Promise<DryRun<ProviderAccount>>
    update(params: { account: string; providerAccount: string }, body: ProviderAccountUpdateInput, options?: MutationOptions): Promise<ProviderAccount>
    /** Deletes a provider account, what is in it, and every grant and share of it. */
    delete(params: { account: string; providerAccount: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; providerAccount: string }, options?: MutationOptions): Promise<void>
    /** Offers a provider account, with what is in it, to another account, which may accept it. */
    transfer(params: { account: string; providerAccount: string }, body: ProviderAccountTransferInput, options: DryRunOptions): Promise<DryRun<Transfer>>
    transfer(params: { account: string; providerAccount: string }, body: ProviderAccountTransferInput, options?: MutationOptions): Promise<Transfer>
  }
  readonly model: {
    /** Creates a model. */
    create(params: { account: string }, body: ModelCreateInput, options: DryRunOptions): Promise<DryRun<Model>>
    create(params: { account: string }, body: ModelCreateInput, options?: MutationOptions): Promise<Model>
    /** Lists every model that the caller may read in the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | undefined; 'filter[providerAccount]'?: string | undefined; 'filter[shared]'?: 'true' | 'false' | undefined }, options?: CallOptions): Promise<ModelList>
    /** Reads a model. */
    get(params: { account: string; model: string }, options?: CallOptions): Promise<Model>
    /** Changes the named fields of a model. */
    update(params: { account: string; model: string }, body: ModelUpdateInput, options: DryRunOptions): Promise<DryRun<Model>>
    update(params: { account: string; model: string }, body: ModelUpdateInput, options?: MutationOptions): Promise<Model>
    /** Deletes a model, what is in it, and every grant and share of it. */
    delete(params: { account: string; model: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; model: string }, options?: MutationOptions): Promise<void>
  }
  readonly price: {
    /** Adds a version to the price of a model, in force from now or from a later time. */
    create(params: { account: string; model: string }, body: PriceCreateInput, options: DryRunOptions): Promise<DryRun<Price>>
    create(params: { account: string; model: string }, body: PriceCreateInput, options?: MutationOptions): Promise<Price>
    /** Lists the versions of the price of a model. */
    list(params: { account: string; model: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'version' | '-version' | undefined }, options?: CallOptions): Promise<PriceList>
  }
  readonly reRate: {
    /** Computes the charges of a model in a span of time again at a version of its price, and books the difference. */
    run(params: { account: string; model: string }, body: ReRateRunInput, options: DryRunOptions): Promise<DryRun<ReRateRunResult>>
    run(params: { account: string; model: string }, body: ReRateRunInput, options?: MutationOptions): Promise<ReRateRunResult>
  }
  readonly virtualModel: {
    /** Creates a virtual model. */
    create(params: { account: string }, body: VirtualModelCreateInput, options: DryRunOptions): Promise<DryRun<VirtualModel>>
    create(params: { account: string }, body: VirtualModelCreateInput, options?: MutationOptions): Promise<VirtualModel>
    /** Lists every virtual model that the caller may read in the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | undefined; 'filter[shared]'?: 'true' | 'false' | undefined }, options?: CallOptions): Promise<VirtualModelList>
    /** Reads a virtual model. */
    get(params: { account: string; virtualModel: string }, options?: CallOptions): Promise<VirtualModel>
    /** Changes the named fields of a virtual model. */
    update(params: { account: string; virtualModel: string }, body: VirtualModelUpdateInput, options: DryRunOptions): Promise<DryRun<VirtualModel>>
    update(params: { account: string; virtualModel: string }, body: VirtualModelUpdateInput, options?: MutationOptions): Promise<VirtualModel>
    /** Deletes a virtual model, what is in it, and every grant and share of it. */
    delete(params: { account: string; virtualModel: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; virtualModel: string }, options?: MutationOptions): Promise<void>
    /** Offers a virtual model, with what is in it, to another account, which may accept it. */
    transfer(params: { account: string; virtualModel: string }, body: VirtualModelTransferInput, options: DryRunOptions): Promise<DryRun<Transfer>>
    transfer(params: { account: string; virtualModel: string }, body: VirtualModelTransferInput, options?: MutationOptions): Promise<Transfer>
  }
  readonly prompt: {
    /** Creates a prompt. */
    create(params: { account: string }, body: PromptCreateInput, options: DryRunOptions): Promise<DryRun<Prompt>>
    create(params: { account: string }, body: PromptCreateInput, options?: MutationOptions): Promise<Prompt>
    /** Lists every prompt that the caller may read in the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | undefined; 'filter[shared]'?: 'true' | 'false' | undefined }, options?: CallOptions): Promise<PromptList>
    /** Reads a prompt. */
    get(params: { account: string; prompt: string }, options?: CallOptions): Promise<Prompt>
    /** Changes the named fields of a prompt. */
    update(params: { account: string; prompt: string }, body: PromptUpdateInput, options: DryRunOptions): Promise<DryRun<Prompt>>
    update(params: { account: string; prompt: string }, body: PromptUpdateInput, options?: MutationOptions): Promise<Prompt>
    /** Deletes a prompt, what is in it, and every grant and share of it. */
    delete(params: { account: string; prompt: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; prompt: string }, options?: MutationOptions): Promise<void>
    /** Offers a prompt, with what is in it, to another account, which may accept it. */
    transfer(params: { account: string; prompt: string }, body: PromptTransferInput, options: DryRunOptions): Promise<DryRun<Transfer>>
    transfer(params: { account: string; prompt: string }, body: PromptTransferInput, options?: MutationOptions): Promise<Transfer>
  }
  readonly promptVersion: {
    /** Adds a version to a prompt. A version never changes again. */
    create(params: { account: string; prompt: string }, body: PromptVersionCreateInput, options: DryRunOptions): Promise<DryRun<PromptVersion>>
    create(params: { account: string; prompt: string }, body: PromptVersionCreateInput, options?: MutationOptions): Promise<PromptVersion>
    /** Lists the versions of a prompt. */
    list(params: { account: string; prompt: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'version' | '-version' | undefined }, options?: CallOptions): Promise<PromptVersionList>
    /** Reads one version of a prompt, by its number or by a label. */
    get(params: { account: string; prompt: string; version: string }, options?: CallOptions): Promise<PromptVersion>
    /** Points a label at a version. */
    label(params: { account: string; prompt: string; label: string }, body: PromptVersionLabelInput, options: DryRunOptions): Promise<DryRun<PromptVersion>>
    label(params: { account: string; prompt: string; label: string }, body: PromptVersionLabelInput, options?: MutationOptions): Promise<PromptVersion>
    /** Removes a label from a prompt. */
    unlabel(params: { account: string; prompt: string; label: string }, options: DryRunOptions): Promise<DryRun<void>>
    unlabel(params: { account: string; prompt: string; label: string }, options?: MutationOptions): Promise<void>
  }
  readonly secretGroup: {
    /** Creates a secret group. */
    create(params: { account: string }, body: SecretGroupCreateInput, options: DryRunOptions): Promise<DryRun<SecretGroup>>
    create(params: { account: string }, body: SecretGroupCreateInput, options?: MutationOptions): Promise<SecretGroup>
    /** Lists every secret group that the caller may read in the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | undefined; 'filter[shared]'?: 'true' | 'false' | undefined }, options?: CallOptions): Promise<SecretGroupList>
    /** Reads a secret group. */
    get(params: { account: string; secretGroup: string }, options?: CallOptions): Promise<SecretGroup>
    /** Changes the named fields of a secret group. */
    update(params: { account: string; secretGroup: string }, body: SecretGroupUpdateInput, options: DryRunOptions): Promise<DryRun<SecretGroup>>
    update(params: { account: string; secretGroup: string }, body: SecretGroupUpdateInput, options?: MutationOptions): Promise<SecretGroup>
    /** Deletes a secret group, what is in it, and every grant and share of it. */
    delete(params: { account: string; secretGroup: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; secretGroup: string }, options?: MutationOptions): Promise<void>
    /** Offers a secret group, with what is in it, to another account, which may accept it. */
    transfer(params: { account: string; secretGroup: string }, body: SecretGroupTransferInput, options: DryRunOptions): Promise<DryRun<Transfer>>
    transfer(params: { account: string; secretGroup: string }, body: SecretGroupTransferInput, options?: MutationOptions): Promise<Transfer>
  }
  readonly secret: {
    /** Creates a secret. */
    create(params: { account: string }, body: SecretCreateInput, options: DryRunOptions): Promise<DryRun<Secret>>
    create(params: { account: string }, body: SecretCreateInput, options?: MutationOptions): Promise<Secret>
    /** Lists every secret that the caller may read in the account. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt' | undefined; 'filter[secretGroup]'?: string | undefined; 'filter[shared]'?: 'true' | 'false' | undefined }, options?: CallOptions): Promise<SecretList>
    /** Reads a secret. */
    get(params: { account: string; secret: string }, options?: CallOptions): Promise<Secret>
    /** Changes the named fields of a secret. */
    update(params: { account: string; secret: string }, body: SecretUpdateInput, options: DryRunOptions): Promise<DryRun<Secret>>
    update(params: { account: string; secret: string }, body: SecretUpdateInput, options?: MutationOptions): Promise<Secret>
    /** Deletes a secret, what is in it, and every grant and share of it. */
    delete(params: { account: string; secret: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; secret: string }, options?: MutationOptions): Promise<void>
    /** Reveals the value of a secret. The read is in the audit log. */
    reveal(params: { account: string; secret: string }, options?: MutationOptions): Promise<RevealedSecret>
  }
  readonly budget: {
    /** Creates a budget. */
    create(params: { account: string }, body: BudgetCreateInput, options: DryRunOptions): Promise<DryRun<Budget>>
    create(params: { account: string }, body: BudgetCreateInput, options?: MutationOptions): Promise<Budget>
    /** Lists each budget of the account, with what is left of it. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | undefined; 'filter[level]'?:  | 'tenant' | 'account' | 'each-user' | 'each-virtual-account' | 'team' | 'user' | 'virtual-account' | 'token' | 'model' | 'share' | undefined }, options?: CallOptions): Promise<BudgetList>
    /** Reads a budget, with what is left of it. */
    get(params: { account: string; budget: string }, options?: CallOptions): Promise<Budget>
    /** Changes a budget, for the very next call. */
    update(params: { account: string; budget: string }, body: BudgetUpdateInput, options: DryRunOptions): Promise<DryRun<Budget>>
    update(params: { account: string; budget: string }, body: BudgetUpdateInput, options?: MutationOptions): Promise<Budget>
    /** Deletes a budget: what it limited is then unlimited by it. */
    delete(params: { account: string; budget: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; budget: string }, options?: MutationOptions): Promise<void>
  }
  readonly budgetRaise: {
    /** Raises a budget for a time: its amount, and on top of it the raises in force, are the limit. */
    create(params: { account: string; budget: string }, body: BudgetRaiseCreateInput, options: DryRunOptions): Promise<DryRun<BudgetRaise>>
    create(params: { account: string; budget: string }, body: BudgetRaiseCreateInput, options?: MutationOptions): Promise<BudgetRaise>
    /** Lists the raises of a budget, those that are over included. */
    list(params: { account: string; budget: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'createdAt' | '-createdAt' | undefined }, options?: CallOptions): Promise<BudgetRaiseList>
    /** Ends a raise of a budget before its time, for the very next call. */
    end(params: { account: string; budget: string; budgetRaise: string }, options: DryRunOptions): Promise<DryRun<BudgetRaise>>
    end(params: { account: string; budget: string; budgetRaise: string }, options?: MutationOptions): Promise<BudgetRaise>
  }
  readonly usageLimit: {
    /** Creates a usage limit. */
    create(params: { account: string }, body: UsageLimitCreateInput, options: DryRunOptions): Promise<DryRun<UsageLimit>>
    create(params: { account: string }, body: UsageLimitCreateInput, options?: MutationOptions): Promise<UsageLimit>
    /** Lists each usage limit of the account, with what is left of it. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | undefined; 'filter[level]'?:  | 'tenant' | 'account' | 'each-user' | 'each-virtual-account' | 'team' | 'user' | 'virtual-account' | 'token' | 'model' | 'share' | undefined }, options?: CallOptions): Promise<UsageLimitList>
    /** Reads a usage limit, with what is left of it. */
    get(params: { account: string; usageLimit: string }, options?: CallOptions): Promise<UsageLimit>
    /** Changes a usage limit, for the very next call. */
    update(params: { account: string; usageLimit: string }, body: UsageLimitUpdateInput, options: DryRunOptions): Promise<DryRun<UsageLimit>>
    update(params: { account: string; usageLimit: string }, body: UsageLimitUpdateInput, options?: MutationOptions): Promise<UsageLimit>
    /** Deletes a usage limit: what it limited is then unlimited by it. */
    delete(params: { account: string; usageLimit: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; usageLimit: string }, options?: MutationOptions): Promise<void>
  }
  readonly usageLimitRaise: {
    /** Raises a usage limit for a time: its amount, and on top of it the raises in force, are the limit. */
    create(params: { account: string; usageLimit: string }, body: UsageLimitRaiseCreateInput, options: DryRunOptions): Promise<DryRun<UsageLimitRaise>>
    create(params: { account: string; usageLimit: string }, body: UsageLimitRaiseCreateInput, options?: MutationOptions): Promise<UsageLimitRaise>
    /** Lists the raises of a usage limit, those that are over included. */
    list(params: { account: string; usageLimit: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'createdAt' | '-createdAt' | undefined }, options?: CallOptions): Promise<UsageLimitRaiseList>
    /** Ends a raise of a usage limit before its time, for the very next call. */
    end(params: { account: string; usageLimit: string; usageLimitRaise: string }, options: DryRunOptions): Promise<DryRun<UsageLimitRaise>>
    end(params: { account: string; usageLimit: string; usageLimitRaise: string }, options?: MutationOptions): Promise<UsageLimitRaise>
  }
  readonly webhook: {
    /** Creates a webhook; the secret that signs its messages is in this answer alone. */
    create(params: { account: string }, body: WebhookCreateInput, options: DryRunOptions): Promise<DryRun<WebhookCreateResult>>
    create(params: { account: string }, body: WebhookCreateInput, options?: MutationOptions): Promise<WebhookCreateResult>
    /** Lists the account’s webhooks, each with how its last delivery went. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | undefined }, options?: CallOptions): Promise<WebhookList>
    /** Reads a webhook, without its secret. */
    get(params: { account: string; webhook: string }, options?: CallOptions): Promise<Webhook>
    /** Changes the named fields of a webhook. */
    update(params: { account: string; webhook: string }, body: WebhookUpdateInput, options: DryRunOptions): Promise<DryRun<Webhook>>
    update(params: { account: string; webhook: string }, body: WebhookUpdateInput, options?: MutationOptions): Promise<Webhook>
    /** Gives a webhook a new secret; messages carry both signatures for the overlap. */
    rotate(params: { account: string; webhook: string }, body: WebhookRotateInput, options: DryRunOptions): Promise<DryRun<WebhookCreateResult>>
    rotate(params: { account: string; webhook: string }, body: WebhookRotateInput, options?: MutationOptions): Promise<WebhookCreateResult>
    /** Sends a test message to a webhook, as any other is sent. */
    test(params: { account: string; webhook: string }, options: DryRunOptions): Promise<DryRun<WebhookDelivery>>
    test(params: { account: string; webhook: string }, options?: MutationOptions): Promise<WebhookDelivery>
    /** Deletes a webhook, and what waits to be sent to it. */
    delete(params: { account: string; webhook: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { account: string; webhook: string }, options?: MutationOptions): Promise<void>
  }
  readonly webhookDelivery: {
    /** Lists what was sent to a webhook and how it went, the latest first. */
    list(params: { account: string; webhook: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'createdAt' | '-createdAt' | undefined }, options?: CallOptions): Promise<WebhookDeliveryList>
    /** Sends a message to a webhook once more, with the id that it had. */
    replay(params: { account: string; webhook: string; webhookDelivery: string }, options: DryRunOptions): Promise<DryRun<WebhookDelivery>>
    replay(params: { account: string; webhook: string; webhookDelivery: string }, options?: MutationOptions): Promise<WebhookDelivery>
  }
  readonly usage: {
    /** Lists usage records, newest first. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'at' | '-at' | undefined; 'filter[model]'?: string | undefined; 'filter[user]'?: string | undefined; 'filter[virtualAccount]'?: string | undefined; 'filter[token]'?: string | undefined; 'filter[team]'?: string | undefined; 'filter[status]'?: 'ok' | 'error' | 'cancelled' | 'unknown' | undefined; 'filter[from]'?: string | undefined; 'filter[to]'?: string | undefined }, options?: CallOptions): Promise<UsageRecordList>
    /** Sums up usage by model, principal, team, token, status or day. */
    summary(params: { account: string; groupBy?: 'model' | 'principal' | 'team' | 'token' | 'day' | 'status' | undefined; thenBy?: 'model' | 'principal' | 'team' | 'token' | 'day' | 'status' | undefined; from?: string | undefined; to?: string | undefined; timeZone?: string | undefined }, options?: CallOptions): Promise<UsageSummary>
  }
  readonly requestLog: {
    /** Lists the requests that were logged, refused ones included, newest first. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'at' | '-at' | undefined; 'filter[model]'?: string | undefined; 'filter[user]'?: string | undefined; 'filter[virtualAccount]'?: string | undefined; 'filter[token]'?: string | undefined; 'filter[outcome]'?: 'ok' | 'refused' | 'failed' | 'cancelled' | undefined; 'filter[code]'?: string | undefined; 'filter[costMin]'?: string | undefined; 'filter[from]'?: string | undefined; 'filter[to]'?: string | undefined }, options?: CallOptions): Promise<LoggedRequestList>
    /** Lists the caller’s own requests that were logged, newest first. Needs no permission. */
    own(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'at' | '-at' | undefined; 'filter[model]'?: string | undefined; 'filter[outcome]'?: 'ok' | 'refused' | 'failed' | 'cancelled' | undefined; 'filter[code]'?: string | undefined; 'filter[costMin]'?: string | undefined; 'filter[from]'?: string | undefined; 'filter[to]'?: string | undefined }, options?: CallOptions): Promise<LoggedRequestList>
    /** Reads a logged request with each attempt: what was held and what it cost. */
    get(params: { account: string; request: string }, options?: CallOptions): Promise<LoggedRequestInFull>
    /** Shows the bodies that were kept of a request. Audited. */
    reveal(params: { account: string; request: string }, options: DryRunOptions): Promise<DryRun<RevealedBodies>>
    reveal(params: { account: string; request: string }, options?: MutationOptions): Promise<RevealedBodies>
  }
  readonly gatewaySetting: {
    /** Reads what the gateway keeps of the account’s requests and answers. */
    get(params: { account: string }, options?: CallOptions): Promise<GatewaySetting>
    /** Changes what the gateway keeps of the account’s requests and answers, at once. */
    update(params: { account: string }, body: GatewaySettingUpdateInput, options: DryRunOptions): Promise<DryRun<GatewaySetting>>
    update(params: { account: string }, body: GatewaySettingUpdateInput, options?: MutationOptions): Promise<GatewaySetting>
  }
  readonly ledgerEntry: {
    /** Lists what was booked on the account, newest first. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'at' | '-at' | undefined; 'filter[kind]'?: 'usage_charge' | 'credit' | 'adjustment' | 'correction' | undefined; 'filter[from]'?: string | undefined; 'filter[to]'?: string | undefined }, options?: CallOptions): Promise<LedgerEntryList>
    /** Credits a charge of an account, wholly or in part: the bill and its budgets get it back. */
    credit(params: { account: string }, body: LedgerEntryCreditInput, options: DryRunOptions): Promise<DryRun<LedgerEntry>>
    credit(params: { account: string }, body: LedgerEntryCreditInput, options?: MutationOptions): Promise<LedgerEntry>
    /** Adjusts what an account owes: a credit in advance, or a debit. Budgets stay as they are. */
    adjust(params: { account: string }, body: LedgerEntryAdjustInput, options: DryRunOptions): Promise<DryRun<LedgerEntry>>
    adjust(params: { account: string }, body: LedgerEntryAdjustInput, options?: MutationOptions): Promise<LedgerEntry>
  }
  readonly invoice: {
    /** Lists the invoices of the account, the running month included. */
    list(params: { account: string }, options?: CallOptions): Promise<InvoiceList>
    /** Reads the invoice of a month, such as 2026-11. */
    get(params: { account: string; period: string }, options?: CallOptions): Promise<Invoice>
  }
  readonly auditEvent: {
    /** Lists the audit events of the account, newest first. */
    list(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'sequence' | '-sequence' | undefined; 'filter[operation]'?: string | undefined; 'filter[actor]'?: string | undefined; 'filter[target]'?: string | undefined; 'filter[from]'?: string | undefined; 'filter[to]'?: string | undefined }, options?: CallOptions): Promise<AuditEventList>
    /** Reads an audit event. */
    get(params: { account: string; auditEvent: string }, options?: CallOptions): Promise<AuditEvent>
    /** Lists refused requests, a limited sample, newest first. */
    denials(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'at' | '-at' | undefined }, options?: CallOptions): Promise<AuditDenialList>
  }
  readonly access: {
    /** Asks whether the caller, or another principal of the account, may do something. */
    check(params: { account: string }, body: AccessCheckInput, options?: CallOptions): Promise<AccessAnswer>
    /** Explains a decision: every condition, each link of the chain with who made it, and what would change a refusal. */
    explain(params: { account: string }, body: AccessExplainInput, options?: CallOptions): Promise<AccessExplanation>
    /** Lists who can do something in the account, or on one resource, and through what. */
    whoCan(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | undefined; 'filter[subject]'?: 'user' | 'virtual-account' | undefined }, body: AccessWhoCanInput, options?: CallOptions): Promise<AccessWhoCanResultList>
    /** Lists what the caller, another principal or a token can reach, and what it may do there. */
    whatCan(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | undefined; 'filter[shared]'?: 'true' | 'false' | undefined }, body: AccessWhatCanInput, options?: CallOptions): Promise<AccessWhatCanResultList>
  }
  readonly accessReview: {
    /** Counts what a review of the account’s access finds, and says when the last one was. */
    get(params: { account: string; unusedDays?: number | undefined; expiringDays?: number | undefined }, options?: CallOptions): Promise<AccessReview>
    /** Lists the grants of the account with their last use and what is odd about them. */
    grants(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?:  | 'lastUsedAt' | '-lastUsedAt' | 'createdAt' | '-createdAt' | 'expiresAt' | '-expiresAt' | undefined; 'filter[finding]'?:  | 'unused' | 'unused_power' | 'expiring' | 'expired' | 'author_gone' | 'author_lost_power' | 'subject_inactive' | 'wide' | undefined; 'filter[unusedDays]'?: number | undefined; 'filter[expiringDays]'?: number | undefined; 'filter[user]'?: string | undefined; 'filter[team]'?: string | undefined; 'filter[virtualAccount]'?: string | undefined; 'filter[role]'?: string | undefined; 'filter[resource]'?: string | undefined }, options?: CallOptions): Promise<AccessReviewGrantsResultList>
    /** Lists shares with their last use: in root those that it made, else those made to it. */
    shares(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'lastUsedAt' | '-lastUsedAt' | 'createdAt' | '-createdAt' | 'to' | '-to' | undefined; 'filter[finding]'?: 'unused' | 'unused_power' | 'author_gone' | 'author_lost_power' | 'wide' | undefined; 'filter[unusedDays]'?: number | undefined }, options?: CallOptions): Promise<AccessReviewSharesResultList>
    /** Lists virtual accounts with their last use, and whether anybody answers for them. */
    virtualAccounts(params: { account: string; limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'lastUsedAt' | '-lastUsedAt' | 'createdAt' | '-createdAt' | 'name' | '-name' | undefined; 'filter[finding]'?: 'unused' | 'creator_gone' | 'owner_team_gone' | undefined; 'filter[unusedDays]'?: number | undefined }, options?: CallOptions): Promise<AccessReviewVirtualAccountsResultList>
    /** The whole review as JSON, as it is at one moment, in the order of creation. */
    export(params: { account: string; unusedDays?: number | undefined; expiringDays?: number | undefined }, options?: CallOptions): Promise<AccessReviewExportResult>
    /** One list of the review as CSV, for a spreadsheet; no cell of it is a formula. */
    csv(params: { account: string; unusedDays?: number | undefined; expiringDays?: number | undefined; list?: 'grants' | 'shares' | 'virtual-accounts' | undefined; finding?:  | 'unused' | 'unused_power' | 'expiring' | 'expired' | 'author_gone' | 'author_lost_power' | 'subject_inactive' | 'wide' | 'creator_gone' | 'owner_team_gone' | undefined }, options?: CallOptions): Promise<string>
    /** Takes several grants back, all of them or none; each is checked as grant.delete does. */
    revokeGrants(params: { account: string }, body: AccessReviewRevokeGrantsInput, options: DryRunOptions): Promise<DryRun<AccessReviewRevokeGrantsResult>>
    revokeGrants(params: { account: string }, body: AccessReviewRevokeGrantsInput, options?: MutationOptions): Promise<AccessReviewRevokeGrantsResult>
    /** Un-shares several, all of them or none; each is checked as share.delete does. */
    revokeShares(params: { account: string }, body: AccessReviewRevokeSharesInput, options: DryRunOptions): Promise<DryRun<AccessReviewRevokeGrantsResult>>
    revokeShares(params: { account: string }, body: AccessReviewRevokeSharesInput, options?: MutationOptions): Promise<AccessReviewRevokeGrantsResult>
    /** Puts on record that the access was reviewed: by whom, when, and what was found. */
    complete(params: { account: string }, body: AccessReviewCompleteInput, options: DryRunOptions): Promise<DryRun<AccessReviewCompleteResult>>
    complete(params: { account: string }, body: AccessReviewCompleteInput, options?: MutationOptions): Promise<AccessReviewCompleteResult>
  }
  readonly operatorSession: {
    /** Signs the operator in with the operator key; the answer sets a cookie. */
    create(params: Record<string, never>, body: OperatorSessionCreateInput, options?: CallOptions): Promise<OperatorSessionCreateResult>
    /** Reads the operator’s session. */
    get(params?: Record<string, never>, options?: CallOptions): Promise<OperatorSession>
    /** Signs the operator out. */
    delete(params: Record<string, never>, options: DryRunOptions): Promise<DryRun<void>>
    delete(params?: Record<string, never>, options?: MutationOptions): Promise<void>
  }
  readonly operatorSettings: {
    /** Reads the settings of the deployment. */
    get(params?: Record<string, never>, options?: CallOptions): Promise<OperatorSettings>
    /** Changes the settings of the deployment. */
    update(params: Record<string, never>, body: OperatorSettingsUpdateInput, options: DryRunOptions): Promise<DryRun<OperatorSettings>>
    update(params: Record<string, never>, body: OperatorSettingsUpdateInput, options?: MutationOptions): Promise<OperatorSettings>
  }
  readonly operatorTenant: {
    /** Lists the tenants of the deployment. */
    list(params?: { limit?: number | undefined; cursor?: string | undefined; q?: string | undefined; sort?: 'name' | '-name' | 'createdAt' | '-createdAt' | undefined; 'filter[state]'?: 'active' | 'suspended' | 'deleted' | undefined }, options?: CallOptions): Promise<OperatorTenantList>
    /** Creates a tenant and a one-time link for its first admin. */
    create(params: Record<string, never>, body: OperatorTenantCreateInput, options: DryRunOptions): Promise<DryRun<OperatorTenantCreateResult>>
    create(params: Record<string, never>, body: OperatorTenantCreateInput, options?: MutationOptions): Promise<OperatorTenantCreateResult>
    /** Reads a tenant: its name, state, plan and counts. */
    get(params: { tenant: string }, options?: CallOptions): Promise<OperatorTenant>
    /** Suspends a tenant: nobody signs in, no token works, until it is resumed. */
    suspend(params: { tenant: string }, options: DryRunOptions): Promise<DryRun<OperatorTenant>>
    suspend(params: { tenant: string }, options?: MutationOptions): Promise<OperatorTenant>
    /** Resumes a suspended tenant. */
    resume(params: { tenant: string }, options: DryRunOptions): Promise<DryRun<OperatorTenant>>
    resume(params: { tenant: string }, options?: MutationOptions): Promise<OperatorTenant>
    /** Deletes a tenant: all that is in it but its records, and the key of its secrets. */
    delete(params: { tenant: string }, options: DryRunOptions): Promise<DryRun<void>>
    delete(params: { tenant: string }, options?: MutationOptions): Promise<void>
  }
  readonly operatorDatabase: {
    /** Checks the walls of the database that serves: its policies, keys and rights. */
    check(params?: Record<string, never>, options?: CallOptions): Promise<OperatorDatabaseCheckResult>
  }
  readonly operatorCheckTenant: {
    /** Creates a throw-away tenant for a check of isolation, which ends by itself. */
    create(params: Record<string, never>, body: OperatorCheckTenantCreateInput, options: DryRunOptions): Promise<DryRun<OperatorCheckTenantCreateResult>>
    create(params: Record<string, never>, body: OperatorCheckTenantCreateInput, options?: MutationOptions): Promise<OperatorCheckTenantCreateResult>
    /** Deletes a throw-away tenant and tells what the database still held of it. */
    end(params: { tenant: string }, options: DryRunOptions): Promise<DryRun<OperatorCheckTenantEndResult>>
    end(params: { tenant: string }, options?: MutationOptions): Promise<OperatorCheckTenantEndResult>
  }
  readonly operatorGateway: {
    /** Lists the gateways of the deployment, when each was last heard of, and what it holds. */
    list(params?: Record<string, never>, options?: CallOptions): Promise<OperatorGatewayList>
    /** Ends a gateway that never comes back: what it holds is charged to its budgets. */
    retire(params: { gateway: string }, options: DryRunOptions): Promise<DryRun<OperatorGatewayRetireResult>>
    retire(params: { gateway: string }, options?: MutationOptions): Promise<OperatorGatewayRetireResult>
  }
}
