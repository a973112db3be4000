/** Simulates each kind of traffic under several seeds: for `npm run prove -- simulation`. */
import { calm, type Policy, policyNow, raises, rough, type Setting, shortening } from './setting.ts'
import { type Figures, simulate } from './simulate.ts'

export interface Traffic {
  readonly setting: Setting
  readonly policy: Policy
}

const loose: Setting = { ...calm, worstPerCost: 10 }
const small: Setting = { ...calm, callsPerBudget: 200 }

/** `shortened`: callers who take less output instead of a refusal (server/src/gateway/serve/shorten.ts). */
export const settings: Readonly<Record<string, Traffic>> = {
  calm: { setting: calm, policy: policyNow },
  rough: { setting: rough, policy: policyNow },
  'loose worst cases': { setting: loose, policy: policyNow },
  'loose worst cases, shortened': { setting: loose, policy: shortening },
  'small budgets': { setting: small, policy: policyNow },
  'small budgets, shortened': { setting: small, policy: shortening },
  'a raise that ends': { setting: raises, policy: policyNow },
}

export interface SimulationVerdict {
  readonly settings: Readonly<Record<string, object>>
  readonly differences: readonly string[]
}

/** @param seeds how many seeds, the first of which is `seed` */
export function proveSimulation(
  seed: number,
  seeds: number,
  report: (counts: { at: string; seed: number }) => void,
): SimulationVerdict {
  const differences: string[] = []
  const told: Record<string, object> = {}
  for (const [name, { setting, policy }] of Object.entries(settings)) {
    const all: Figures[] = []
    for (let one = seed; one < seed + seeds; one++) {
      const figures = simulate(setting, policy, one)
      all.push(figures)
      differences.push(...figures.differences.map((what) => `${name}, seed ${one}: ${what}`))
      report({ at: name, seed: one })
    }
    told[name] = together(all)
  }
  return { settings: told, differences }
}

function together(all: readonly Figures[]) {
  const sum = (read: (one: Figures) => number) => all.reduce((whole, one) => whole + read(one), 0)
  const mean = (read: (one: Figures) => number) => round(sum(read) / all.length)
  const least = (read: (one: Figures) => number) => round(Math.min(...all.map(read)))
  return {
    calls: sum((one) => one.calls),
    refused: sum((one) => one.refused),
    crashes: sum((one) => one.crashes),
    unknown: sum((one) => one.unknown),
    shortened: sum((one) => one.shortened),
    overspentNanos: sum((one) => Number(one.overspentNanos)),
    asksPerCall: mean((one) => one.asksPerCall),
    reclaimsPerCall: mean((one) => one.reclaimsPerCall),
    spentAtFirstRefusalMean: mean((one) => one.spentAtFirstRefusalMean),
    spentAtFirstRefusalLeast: least((one) => one.spentAtFirstRefusalLeast),
    spentAtEndMean: mean((one) => one.spentAtEndMean),
    spentAtEndLeast: least((one) => one.spentAtEndLeast),
    strandedMost: round(Math.max(...all.map((one) => one.strandedMost))),
    waitedMsMean: mean((one) => one.waitedMsMean),
  }
}

const round = (value: number) => Math.round(value * 1_000) / 1_000
