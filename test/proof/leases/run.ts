/** Explores scenarios one after another: for `npm run prove -- leases` and, with small ones, `npm test`. */
import { type Exploration, explore } from './explore.ts'
import { faults } from './faults.ts'
import { realRules } from './rules.ts'
import { large, small } from './scenarios.ts'

export interface LeaseVerdict {
  readonly states: number
  readonly steps: number
  readonly scenarios: Readonly<Record<string, Omit<Exploration, 'wrong'>>>
  readonly faultsFound: number
  readonly faults: number
  readonly differences: readonly string[]
}

/** @param statesMax for each scenario; one that is larger is said not to be whole */
export function proveLeases(
  statesMax: number,
  report: (counts: { at: string; states: number }) => void,
): LeaseVerdict {
  const scenarios: Record<string, Omit<Exploration, 'wrong'>> = {}
  const differences: string[] = []
  let [states, steps] = [0, 0]
  for (const [name, scenario] of Object.entries({ ...small, ...large })) {
    const { wrong, ...counts } = explore(scenario, {
      statesMax,
      report: (now) => report({ at: name, states: now.states }),
    })
    scenarios[name] = counts
    states += counts.states
    steps += counts.steps
    if (wrong) differences.push(`${name}: ${wrong.what}\n  ${wrong.path.join('\n  ')}`)
  }
  const missed = faults.filter((fault) => {
    const rules = { ...realRules, ...fault.rules }
    return explore(small[fault.scenario], { rules }).wrong === null
  })
  for (const { name } of missed) differences.push(`Not found: ${name}.`)
  return {
    states,
    steps,
    scenarios,
    faultsFound: faults.length - missed.length,
    faults: faults.length,
    differences,
  }
}
