import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Circuit,
  circuitBegun,
  circuitFailed,
  circuitFailuresMax,
  circuitParked,
  circuitState,
  circuitSucceeded,
  circuitUndecided,
  failuresForgottenMs,
  isCircuitInTurn,
  parkMsMax,
  probeMsMax,
  restMsMax,
  restMsMin,
} from '../src/circuit.ts'

const start = 1_000

/** Failures in a row, at one instant. */
function afterFailures(count: number, nowMs = start): Circuit | undefined {
  let circuit: Circuit | undefined
  for (let i = 0; i < count; i++) circuit = circuitFailed(circuit, nowMs)
  return circuit
}

describe('a circuit', () => {
  test('opens after failures in a row, and not before', () => {
    expect(circuitState(afterFailures(circuitFailuresMax - 1), start)).toBe('closed')
    expect(circuitState(afterFailures(circuitFailuresMax), start)).toBe('open')
  })

  test('does not count failures that are far apart', () => {
    let circuit: Circuit | undefined
    for (let i = 0; i < 10; i++) {
      circuit = circuitFailed(circuit, start + i * (failuresForgottenMs + 1))
      expect(isCircuitInTurn(circuit, start + i * (failuresForgottenMs + 1))).toBe(true)
    }
  })

  test('lets one request probe once it has rested, and closes when that succeeds', () => {
    const open = afterFailures(circuitFailuresMax)!
    const rested = start + restMsMin
    expect(isCircuitInTurn(open, rested - 1)).toBe(false)
    expect(circuitState(open, rested)).toBe('half_open')
    expect(isCircuitInTurn(open, rested)).toBe(true)
    const probed = circuitBegun(open, rested)
    expect(isCircuitInTurn(probed, rested)).toBe(false)
    expect(circuitSucceeded(probed, rested + 5)).toBeUndefined()
    expect(isCircuitInTurn(circuitUndecided(probed), rested + 5)).toBe(true)
    expect(isCircuitInTurn(probed, rested + probeMsMax)).toBe(true)
  })

  test('rests twice as long each time a probe fails, up to the maximum', () => {
    let circuit = afterFailures(circuitFailuresMax)!
    const rests: number[] = []
    for (let i = 0; i < 7; i++) {
      const nowMs = circuit.openUntilMs
      circuit = circuitFailed(circuitBegun(circuit, nowMs), nowMs)
      rests.push(circuit.openUntilMs - nowMs)
    }
    expect(rests).toEqual([20_000, 40_000, 80_000, 160_000, restMsMax, restMsMax, restMsMax])
  })

  test('takes failures while it is open for no news', () => {
    const open = afterFailures(circuitFailuresMax)!
    expect(circuitFailed(open, start + 1).openUntilMs).toBe(open.openUntilMs)
  })

  test('is left alone as long as the provider asks for, within bounds, whatever else succeeds', () => {
    const left = circuitParked(undefined, 5_000, start)
    expect(circuitState(left, start + 4_999)).toBe('parked')
    expect(circuitState(left, start + 5_000)).toBe('closed')
    expect(circuitState(circuitSucceeded(left, start + 1), start + 2)).toBe('parked')
    const long = circuitParked(undefined, 1e12, start)
    expect(circuitState(long, start + parkMsMax)).toBe('closed')
  })

  const step = fc.record({
    kind: fc.constantFrom('begin', 'fail', 'succeed', 'park', 'undecided', 'nothing'),
    ms: fc.nat(40_000),
  })

  test('never has two probes at once, never rests longer than the maximum, and always recovers', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let circuit: Circuit | undefined
        let nowMs = start
        for (const { kind, ms } of steps) {
          nowMs += ms
          if (kind === 'fail') circuit = circuitFailed(circuit, nowMs)
          if (kind === 'park') circuit = circuitParked(circuit, ms * 20, nowMs)
          if (kind === 'undecided' && circuit) circuit = circuitUndecided(circuit)
          if (kind === 'succeed' && circuit) {
            circuit = circuitSucceeded(circuit, nowMs)
            expect(['closed', 'parked']).toContain(circuitState(circuit, nowMs))
          }
          if (kind === 'begin' && circuit && isCircuitInTurn(circuit, nowMs)) {
            const isProbe = circuitState(circuit, nowMs) === 'half_open'
            circuit = circuitBegun(circuit, nowMs)
            expect(isCircuitInTurn(circuit, nowMs)).toBe(!isProbe)
          }
          const latest = nowMs + Math.max(restMsMax, parkMsMax, probeMsMax)
          expect(isCircuitInTurn(circuit, latest)).toBe(true)
        }
      }),
    )
  })
})
