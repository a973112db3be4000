/** How each operation of the contract is done: the nouns, one line each. A test finds what is missing. */

import { accessImplementations } from './access.ts'
import { accessReachImplementations } from './access-reach.ts'
import { accessReviewImplementations } from './access-review.ts'
import { accountImplementations } from './account.ts'
import { accountLifecycleImplementations } from './account-lifecycle.ts'
import { accountRemovalImplementations } from './account-removal.ts'
import { auditEventImplementations } from './audit-event.ts'
import { budgetImplementations } from './budget.ts'
import { clusterImplementations } from './cluster.ts'
import type { Implementation } from './context.ts'
import { deploymentImplementations } from './deployment.ts'
import { gatewaySettingImplementations } from './gateway-setting.ts'
import { grantImplementations } from './grant.ts'
import { invitationImplementations } from './invitation.ts'
import { invoiceImplementations } from './invoice.ts'
import { leaveImplementations } from './leave.ts'
import { ledgerEntryImplementations } from './ledger-entry.ts'
import { limitRaiseImplementations } from './limit-raise.ts'
import { meImplementations } from './me.ts'
import { modelImplementations } from './model.ts'
import { operatorCheckImplementations } from './operator-check.ts'
import { operatorGatewayImplementations } from './operator-gateway.ts'
import { operatorSessionImplementations } from './operator-session.ts'
import { operatorSettingsImplementations } from './operator-settings.ts'
import { operatorTenantImplementations } from './operator-tenant.ts'
import { priceImplementations } from './price.ts'
import { promptImplementations } from './prompt.ts'
import { promptVersionImplementations } from './prompt-version.ts'
import { providerAccountImplementations } from './provider-account.ts'
import { reRateImplementations } from './re-rate.ts'
import { requestLogImplementations } from './request-log.ts'
import { resetPasswordImplementations } from './reset-password.ts'
import { roleImplementations } from './role.ts'
import { secretImplementations } from './secret.ts'
import { secretGroupImplementations } from './secret-group.ts'
import { sessionImplementations } from './session.ts'
import { shareImplementations } from './share.ts'
import { signupImplementations } from './signup.ts'
import { teamImplementations } from './team.ts'
import { tenantImplementations } from './tenant.ts'
import { tokenImplementations } from './token.ts'
import { transferImplementations } from './transfer.ts'
import { transferOfferImplementations } from './transfer-offer.ts'
import { usageImplementations } from './usage.ts'
import { usageLimitImplementations } from './usage-limit.ts'
import { userImplementations } from './user.ts'
import { virtualAccountImplementations } from './virtual-account.ts'
import { virtualModelImplementations } from './virtual-model.ts'
import { webhookImplementations } from './webhook.ts'
import { workspaceImplementations } from './workspace.ts'

export const implementations: readonly Implementation[] = [
  ...operatorTenantImplementations,
  ...operatorSettingsImplementations,
  ...operatorCheckImplementations,
  ...operatorGatewayImplementations,
  ...operatorSessionImplementations,
  ...signupImplementations,
  ...userImplementations,
  ...resetPasswordImplementations,
  ...accountLifecycleImplementations,
  ...accountRemovalImplementations,
  ...accountImplementations,
  ...accessImplementations,
  ...accessReviewImplementations,
  ...accessReachImplementations,
  ...invitationImplementations,
  ...tenantImplementations,
  ...meImplementations,
  ...leaveImplementations,
  ...sessionImplementations,
  ...deploymentImplementations,
  ...budgetImplementations,
  ...limitRaiseImplementations,
  ...clusterImplementations,
  ...grantImplementations,
  ...modelImplementations,
  ...priceImplementations,
  ...reRateImplementations,
  ...promptImplementations,
  ...promptVersionImplementations,
  ...providerAccountImplementations,
  ...roleImplementations,
  ...secretGroupImplementations,
  ...secretImplementations,
  ...shareImplementations,
  ...teamImplementations,
  ...tokenImplementations,
  ...transferImplementations,
  ...transferOfferImplementations,
  ...usageLimitImplementations,
  ...virtualAccountImplementations,
  ...virtualModelImplementations,
  ...webhookImplementations,
  ...workspaceImplementations,
  ...auditEventImplementations,
  ...invoiceImplementations,
  ...ledgerEntryImplementations,
  ...usageImplementations,
  ...requestLogImplementations,
  ...gatewaySettingImplementations,
]
