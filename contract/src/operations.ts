/** Every operation there is: the nouns, one line each. Everything else derives from this list. */
import { access } from './access.ts'
import { accessReview } from './access-review.ts'
import { account } from './account.ts'
import { auditEvent } from './audit-event.ts'
import { budget, usageLimit } from './budget.ts'
import { cluster } from './cluster.ts'
import { deployment } from './deployment.ts'
import { gatewaySetting } from './gateway-setting.ts'
import { grant } from './grant.ts'
import { invitation } from './invitation.ts'
import { ledgerEntryOperations } from './ledger-entry.ts'
import { budgetRaise, usageLimitRaise } from './limit-raise.ts'
import { me } from './me.ts'
import { model } from './model.ts'
import type { AnyOperation } from './operation.ts'
import { operatorSession, operatorSettings, operatorTenant } from './operator.ts'
import { operatorCheckTenant, operatorDatabase } from './operator-check.ts'
import { operatorGateway } from './operator-gateway.ts'
import { price } from './price.ts'
import { prompt, promptVersion } from './prompt.ts'
import { providerAccount } from './provider-account.ts'
import { reRate } from './re-rate.ts'
import { requestLog } from './request-log.ts'
import { role } from './role.ts'
import { secret } from './secret.ts'
import { secretGroup } from './secret-group.ts'
import { session, signup } from './session.ts'
import { share } from './share.ts'
import { team, teamMember } from './team.ts'
import { tenant } from './tenant.ts'
import { personalAccessToken, token } from './token.ts'
import { transfer } from './transfer.ts'
import { invoice, usage } from './usage.ts'
import { user } from './user.ts'
import { virtualAccount } from './virtual-account.ts'
import { virtualModel } from './virtual-model.ts'
import { webhook, webhookDelivery } from './webhook.ts'
import { workspace } from './workspace.ts'

const nouns = {
  deployment,
  session,
  signup,
  invitation,
  me,
  tenant,
  account,
  user,
  team,
  teamMember,
  virtualAccount,
  token,
  personalAccessToken,
  role,
  grant,
  share,
  transfer,
  cluster,
  workspace,
  providerAccount,
  model,
  price,
  reRate,
  virtualModel,
  prompt,
  promptVersion,
  secretGroup,
  secret,
  budget,
  budgetRaise,
  usageLimit,
  usageLimitRaise,
  webhook,
  webhookDelivery,
  usage,
  requestLog,
  gatewaySetting,
  ledgerEntry: ledgerEntryOperations,
  invoice,
  auditEvent,
  access,
  accessReview,
  operatorSession,
  operatorSettings,
  operatorTenant,
  operatorDatabase,
  operatorCheckTenant,
  operatorGateway,
}

function isOperation(value: object): value is AnyOperation {
  return 'method' in value && 'path' in value
}

export const operations: readonly AnyOperation[] = Object.values(nouns).flatMap((noun) =>
  Object.values(noun).filter(isOperation),
)
