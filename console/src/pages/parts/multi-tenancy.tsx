/** Whether this deployment may have more than one tenant: a switch of the operator's. */
import { Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { operatorClient } from '../../api/client.ts'
import { operatorSettingsQuery, useOperatorChange } from '../../api/operator.ts'
import { deploymentQuery } from '../../api/session.ts'
import { Section } from '../../ui/page.tsx'

export function MultiTenancy() {
  const settings = useQuery(operatorSettingsQuery)
  const deployment = useQuery(deploymentQuery(undefined))
  const change = useOperatorChange(
    (multiTenancy: boolean) => operatorClient.operatorSettings.update({}, { multiTenancy }),
    {
      done: ({ multiTenancy }) =>
        multiTenancy
          ? 'More than one tenant may be made now.'
          : 'No further tenant can be made now. Those that are there stay.',
    },
  )
  const isHosted = deployment.data?.mode === 'hosted'
  return (
    <Section title="Deployment">
      <Switch
        label="Multi-tenancy"
        description={
          isHosted
            ? 'A hosted deployment always has it: whoever signs up is a new tenant.'
            : 'Lets this deployment have more than one tenant, each with users, resources and bills of its own.'
        }
        checked={change.isPending ? change.variables : settings.data?.multiTenancy === true}
        disabled={settings.data === undefined || isHosted}
        onChange={(event) => change.mutate(event.currentTarget.checked)}
      />
    </Section>
  )
}
