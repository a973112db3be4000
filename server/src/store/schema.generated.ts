// Generated from the database by scripts/gen-database-types.ts. Do not edit.
import type { Generated, GeneratedAlways } from 'kysely'

export interface AccessUseTable {
  tenantId: string
  accountId: string
  principalId: string
  permission: string
  resourceId: string
  lastUsedAt: Date
}

export interface AccountTable {
  tenantId: string
  id: string
  name: string
  displayName: string
  isRoot: Generated<boolean>
  state: Generated<string>
  boundary: string[]
  settings: Generated<unknown>
  createdBy: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  revision: Generated<bigint>
  gatewaySettings: Generated<unknown>
}

export interface AlertTable {
  tenantId: string
  accountId: string
  id: string
  budgetId: string | null
  usageLimitId: string | null
  limitId: GeneratedAlways<string>
  toldUnder: string
  percent: number
  settled: bigint
  amount: bigint
  endsAt: Date | null
  at: Generated<Date>
}

export interface AuditDenialTable {
  tenantId: string
  accountId: string
  id: string
  at: Generated<Date>
  actorId: string
  operation: string
  targetId: string
  reason: string
  requestId: string
  address: string | null
}

export interface AuditEventTable {
  tenantId: string
  accountId: string
  sequence: bigint
  id: string
  at: Date
  actorId: string
  actorName: string
  tokenId: string | null
  sessionId: string | null
  operation: string
  targetKind: string
  targetId: string
  targetName: string
  before: unknown | null
  after: unknown | null
  requestId: string
  address: string | null
  previousHash: Buffer
  hash: Buffer
}

export interface BackgroundResponseTable {
  tenantId: string
  accountId: string
  id: string
  principalId: string
  providerAccountId: string
  modelId: string
  upstreamId: string | null
  previousId: string | null
  facts: unknown
  inputTokens: bigint
  usedTokens: bigint | null
  createdAt: Generated<Date>
  settledAt: Date | null
  deletedAt: Date | null
}

export interface BatchTable {
  tenantId: string
  accountId: string
  id: string
  principalId: string
  providerAccountId: string
  modelId: string
  upstreamId: string | null
  facts: unknown
  answer: unknown
  createdAt: Generated<Date>
  settledAt: Date | null
}

export interface BatchFileTable {
  tenantId: string
  accountId: string
  id: string
  principalId: string
  providerAccountId: string
  modelId: string
  upstreamId: string
  batchId: string | null
  purpose: string
  filename: string
  bytes: bigint
  route: string
  lines: number
  inputTokensMax: bigint
  outputTokensMax: bigint
  createdAt: Generated<Date>
}

export interface BudgetTable {
  tenantId: string
  accountId: string
  id: string
  name: string
  displayName: string
  imposed: Generated<boolean>
  level: string
  teamId: string | null
  principalId: string | null
  tokenId: string | null
  resourceId: string | null
  shareId: string | null
  amountNanos: bigint
  period: string
  timeZone: Generated<string>
  mode: Generated<string>
  createdBy: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  revision: Generated<bigint>
  ofRootId: GeneratedAlways<string | null>
  fallbackModelId: string | null
}

export interface ChangeTable {
  tenantId: string
  revision: bigint
  ordinal: GeneratedAlways<bigint>
  noun: string
  rowId: string
  at: Generated<Date>
}

export interface ChargedBudgetsTable {
  tenantId: string
  id: string
  ownerIds: string[]
  periodIds: string[]
}

export interface CredentialTable {
  tenantId: string
  hash: Buffer
  pepperId: string
  sessionId: string | null
  tokenId: string | null
  invitationId: string | null
  createdAt: Generated<Date>
  expiresAt: Date | null
}

export interface DeploymentSettingTable {
  name: string
  value: unknown
  updatedAt: Generated<Date>
}

export interface GatewayAnswerTable {
  tenantId: string
  questionId: string
  sourceId: string
  calls: unknown
  at: Generated<Date>
}

export interface GatewayMarkTable {
  tenantId: string
  sourceId: string
  epoch: bigint
  sequence: bigint
}

export interface GatewaySourceTable {
  id: string
  epoch: bigint
  seenAt: Generated<Date>
  stoppedAt: Date | null
}

export interface GrantTable {
  tenantId: string
  accountId: string
  id: string
  principalId: string | null
  teamId: string | null
  objectType: string
  objectKind: string | null
  resourceId: string | null
  viaResourceId: string | null
  ownResourceId: GeneratedAlways<string | null>
  roleId: string
  expiresAt: Date | null
  createdBy: string
  createdAt: Generated<Date>
}

export interface IdempotencyKeyTable {
  tenantId: string
  accountId: string
  principalId: string
  operation: string
  key: string
  requestHash: Buffer
  response: Buffer
  status: number
  createdAt: Generated<Date>
}

export interface InvitationTable {
  tenantId: string
  accountId: string
  id: string
  userId: string
  roleId: string | null
  createdBy: string
  createdAt: Generated<Date>
  expiresAt: Date
  usedAt: Date | null
}

export interface InvoiceTable {
  tenantId: string
  accountId: string
  id: string
  periodId: string
  startsAt: Date
  endsAt: Date
  state: Generated<string>
  totalNanos: Generated<bigint>
  lines: Generated<unknown>
  closedAt: Date | null
  createdAt: Generated<Date>
}

export interface LeaseTable {
  tenantId: string
  ownerId: string
  periodId: string
  sourceId: string
  epoch: bigint
  granted: Generated<bigint>
  returned: Generated<bigint>
  settled: Generated<bigint>
  closed: Generated<boolean>
  updatedAt: Generated<Date>
}

export interface LedgerEntryTable {
  tenantId: string
  accountId: string
  id: string
  at: Date
  kind: string
  amountNanos: bigint
  usageRecordId: string | null
  note: Generated<string>
  priceId: string | null
  createdBy: Generated<string>
}

export interface LimitAlertTable {
  tenantId: string
  accountId: string
  budgetId: string | null
  usageLimitId: string | null
  limitId: GeneratedAlways<string>
  setInId: string
  percents: number[]
  toAdmins: boolean
  mails: string[]
  since: Generated<Date>
}

export interface LimitAlertWebhookTable {
  tenantId: string
  accountId: string
  limitId: string
  webhookId: string
}

export interface LimitRaiseTable {
  tenantId: string
  accountId: string
  id: string
  budgetId: string | null
  usageLimitId: string | null
  limitId: GeneratedAlways<string>
  amount: bigint
  startsAt: Date
  endsAt: Date
  reason: string
  createdBy: string
  createdAt: Generated<Date>
  endedAt: Date | null
  endedBy: string | null
}

export interface MailTable {
  tenantId: string
  id: string
  recipient: string
  subject: string
  body: Buffer
  attempts: Generated<number>
  nextTryAt: Generated<Date>
  lastError: string | null
  createdAt: Generated<Date>
}

export interface MembershipTable {
  tenantId: string
  accountId: string
  principalId: string
  source: Generated<string>
  createdBy: string
  createdAt: Generated<Date>
}

export interface OperatorSessionTable {
  hash: Buffer
  createdAt: Generated<Date>
  expiresAt: Date
}

export interface PoolTable {
  tenantId: string
  accountId: string
  ownerId: string
  periodId: string
  startsAt: Date
  endsAt: Date | null
  settled: Generated<bigint>
  leased: Generated<bigint>
  wouldRefuse: Generated<bigint>
  wouldRefuseAmount: Generated<bigint>
  credited: Generated<bigint>
}

export interface PriceTable {
  tenantId: string
  accountId: string
  id: string
  resourceId: string
  version: number
  components: unknown
  validFrom: Date
  createdBy: string
  createdAt: Generated<Date>
}

export interface PrincipalTable {
  tenantId: string
  id: string
  kind: string
}

export interface PromptLabelTable {
  tenantId: string
  resourceId: string
  label: string
  version: number
}

export interface PromptVersionTable {
  tenantId: string
  resourceId: string
  version: number
  content: unknown
  note: Generated<string>
  createdBy: string
  createdAt: Generated<Date>
}

export interface RequestLogTable {
  tenantId: string
  accountId: string
  id: string
  at: Date
  route: string
  principalId: string
  principalKind: string
  principalName: string
  tokenId: string
  tokenName: string
  modelAsked: string
  modelServed: string | null
  streamed: boolean
  outcome: string
  code: string | null
  message: string | null
  durationMs: number
  firstByteMs: number | null
  requestBytes: bigint
  answerBytes: bigint
}

export interface RequestLogBodyTable {
  tenantId: string
  accountId: string
  id: string
  ciphertext: Buffer
}

export interface ResourceTable {
  tenantId: string
  accountId: string
  id: string
  kind: string
  parentId: string | null
  name: string
  displayName: string
  spec: Generated<unknown>
  createdBy: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  revision: Generated<bigint>
}

export interface ResourceCountTable {
  tenantId: string
  accountId: string
  kind: string
  parentId: string
  count: bigint
}

export interface RoleTable {
  tenantId: string
  accountId: string
  id: string
  name: string
  displayName: string
  description: Generated<string>
  builtIn: Generated<boolean>
  permissions: string[]
  createdBy: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  revision: Generated<bigint>
}

export interface SecretValueTable {
  tenantId: string
  resourceId: string
  field: string
  ciphertext: Buffer
  updatedAt: Generated<Date>
}

export interface SessionTable {
  tenantId: string
  id: string
  userId: string
  createdAt: Generated<Date>
  expiresAt: Date
  lastSeenAt: Generated<Date>
  address: string | null
  userAgent: string | null
}

export interface ShareTable {
  tenantId: string
  rootAccountId: string
  id: string
  resourceId: string
  toAccountId: string
  permissions: string[]
  markupPpm: Generated<bigint>
  createdBy: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  revision: Generated<bigint>
}

export interface SpendingKeyTable {
  tenantId: string
  accountId: string
  principalId: string
  route: string
  keyHash: Buffer
  requestHash: Buffer
  requestId: string
  sourceId: string
  sourceEpoch: bigint
  state: string
  answer: Buffer | null
  answerBytes: Generated<number>
  beganAt: Generated<Date>
}

export interface TeamTable {
  tenantId: string
  accountId: string
  id: string
  name: string
  displayName: string
  state: Generated<string>
  createdBy: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  revision: Generated<bigint>
}

export interface TeamMemberTable {
  tenantId: string
  accountId: string
  teamId: string
  principalId: string
  createdBy: string
  createdAt: Generated<Date>
}

export interface TenantTable {
  id: string
  name: string
  displayName: string
  state: Generated<string>
  plan: Generated<string>
  rootAccountId: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  checkUntil: Date | null
}

export interface TenantKeyTable {
  tenantId: string
  masterKeyId: string
  wrappedKey: Buffer
  createdAt: Generated<Date>
}

export interface TenantRevisionTable {
  tenantId: string
  revision: Generated<bigint>
  bumpedBy: string | null
  auditSequence: Generated<bigint>
  auditHash: Generated<Buffer>
}

export interface TenantSettingTable {
  tenantId: string
  settings: Generated<unknown>
  revision: Generated<bigint>
  updatedAt: Generated<Date>
}

export interface TokenTable {
  tenantId: string
  accountId: string
  id: string
  principalId: string
  name: string
  displayName: string
  state: Generated<string>
  scopes: string[] | null
  ipAllowlist: string[] | null
  expiresAt: Date | null
  createdBy: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  revision: Generated<bigint>
}

export interface TokenUseTable {
  tenantId: string
  tokenId: string
  lastUsedAt: Date
}

export interface TransferTable {
  tenantId: string
  accountId: string
  id: string
  toAccountId: string
  resourceId: string
  state: Generated<string>
  offeredResourceId: GeneratedAlways<string | null>
  withSecrets: boolean
  createdBy: string
  createdAt: Generated<Date>
  createdIn: Generated<string>
  expiresAt: Date
  acceptedBy: string | null
  acceptedAt: Date | null
  acceptedIn: string | null
}

export interface UsageLimitTable {
  tenantId: string
  accountId: string
  id: string
  name: string
  displayName: string
  imposed: Generated<boolean>
  level: string
  teamId: string | null
  principalId: string | null
  tokenId: string | null
  resourceId: string | null
  shareId: string | null
  metric: string
  amount: bigint
  windowSeconds: number
  createdBy: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  revision: Generated<bigint>
  ofRootId: GeneratedAlways<string | null>
  mode: Generated<string>
}

export interface UsageRecordTable {
  tenantId: string
  accountId: string
  id: string
  requestId: string
  attempt: Generated<number>
  at: Date
  principalId: string
  principalKind: string
  principalName: string
  tokenId: string | null
  teamIds: Generated<string[]>
  modelId: string
  modelName: string
  providerAccountId: string
  shareId: string | null
  route: string
  status: string
  numbersFrom: string
  inputTokens: Generated<bigint>
  cachedInputTokens: Generated<bigint>
  outputTokens: Generated<bigint>
  priceId: string | null
  markupPpm: Generated<bigint>
  costNanos: bigint
  heldNanos: bigint
  overHold: Generated<boolean>
  durationMs: number
  metadata: Generated<unknown>
  chargedBudgetsId: string | null
}

export interface UserTable {
  tenantId: string
  id: string
  kind: Generated<string>
  email: string
  emailKey: GeneratedAlways<string | null>
  displayName: string
  state: string
  passwordHash: string | null
  createdBy: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  revision: Generated<bigint>
}

export interface VirtualAccountTable {
  tenantId: string
  accountId: string
  id: string
  kind: Generated<string>
  name: string
  displayName: string
  state: Generated<string>
  createdBy: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  revision: Generated<bigint>
  ownerTeamId: string | null
  formerOwnerTeam: string | null
}

export interface WebhookTable {
  tenantId: string
  accountId: string
  id: string
  name: string
  displayName: string
  address: string
  secret: Buffer
  previousSecret: Buffer | null
  previousUntil: Date | null
  createdBy: string
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
  revision: Generated<bigint>
}

export interface WebhookDeliveryTable {
  tenantId: string
  accountId: string
  id: string
  webhookId: string
  event: string
  body: string
  state: Generated<string>
  attempts: Generated<number>
  nextTryAt: Generated<Date>
  lastTryAt: Date | null
  lastStatus: number | null
  lastError: string | null
  createdAt: Generated<Date>
}

export interface Schema {
  accessUse: AccessUseTable
  account: AccountTable
  alert: AlertTable
  auditDenial: AuditDenialTable
  auditEvent: AuditEventTable
  backgroundResponse: BackgroundResponseTable
  batch: BatchTable
  batchFile: BatchFileTable
  budget: BudgetTable
  change: ChangeTable
  chargedBudgets: ChargedBudgetsTable
  credential: CredentialTable
  deploymentSetting: DeploymentSettingTable
  gatewayAnswer: GatewayAnswerTable
  gatewayMark: GatewayMarkTable
  gatewaySource: GatewaySourceTable
  grant: GrantTable
  idempotencyKey: IdempotencyKeyTable
  invitation: InvitationTable
  invoice: InvoiceTable
  lease: LeaseTable
  ledgerEntry: LedgerEntryTable
  limitAlert: LimitAlertTable
  limitAlertWebhook: LimitAlertWebhookTable
  limitRaise: LimitRaiseTable
  mail: MailTable
  membership: MembershipTable
  operatorSession: OperatorSessionTable
  pool: PoolTable
  price: PriceTable
  principal: PrincipalTable
  promptLabel: PromptLabelTable
  promptVersion: PromptVersionTable
  requestLog: RequestLogTable
  requestLogBody: RequestLogBodyTable
  resource: ResourceTable
  resourceCount: ResourceCountTable
  role: RoleTable
  secretValue: SecretValueTable
  session: SessionTable
  share: ShareTable
  spendingKey: SpendingKeyTable
  team: TeamTable
  teamMember: TeamMemberTable
  tenant: TenantTable
  tenantKey: TenantKeyTable
  tenantRevision: TenantRevisionTable
  tenantSetting: TenantSettingTable
  token: TokenTable
  tokenUse: TokenUseTable
  transfer: TransferTable
  usageLimit: UsageLimitTable
  usageRecord: UsageRecordTable
  user: UserTable
  virtualAccount: VirtualAccountTable
  webhook: WebhookTable
  webhookDelivery: WebhookDeliveryTable
}
