/** The tabs that every object has after its own: who reaches it, what happened to it, its YAML. */
import type { ReactNode } from 'react'
import { useActing } from '../../api/acting.ts'
import { CodeBlock } from '../../ui/copy.tsx'
import { PageTabs, type Tab } from '../../ui/page-tabs.tsx'
import { toYaml } from '../../ui/yaml.ts'
import { AccessTab } from './access-tab.tsx'
import { AuditTab } from './audit-tab.tsx'
import { UsageTab } from './usage-tab.tsx'

type End = Parameters<typeof AccessTab>[0]['by']

interface ObjectTabsProps {
  /** Undefined while it loads: the tabs then have nothing to ask for. */
  object: { id: string } | undefined
  /** The object's own tabs; the first is open at the beginning. */
  own: readonly (Tab | false)[]
  /** From which end grants concern it. */
  accessBy: End
  /** For resources: their kind, so that access can be granted right here. */
  grantOn?: string
  /** How usage is filtered to it; absent where it has none. */
  usageBy?: 'model' | 'user' | 'virtualAccount' | 'team'
}

export function ObjectTabs({ object, own, accessBy, grantOn, usageBy }: ObjectTabsProps) {
  const { may } = useActing()
  const tab = (id: string, label: string, content: (object: { id: string }) => ReactNode) =>
    ({ id, label, content: () => (object === undefined ? null : content(object)) }) as const
  return (
    <PageTabs
      tabs={[
        ...own,
        may('grant:read') &&
          tab('access', 'Access', ({ id }) => <AccessTab by={accessBy} id={id} kind={grantOn} />),
        usageBy !== undefined &&
          may('usage:read') &&
          tab('usage', 'Usage', ({ id }) => <UsageTab by={usageBy} id={id} />),
        may('audit-event:read') && tab('audit', 'Audit', ({ id }) => <AuditTab id={id} />),
        tab('yaml', 'YAML', (one) => <CodeBlock code={toYaml(one)} label="YAML" />),
      ]}
    />
  )
}
