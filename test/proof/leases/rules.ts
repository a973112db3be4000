/**
 * What the explored protocol is made of: the functions of core that the product runs, and the choices of
 * the code around them (in which order a gateway writes, calls, ships and closes). A fault that is put in
 * on purpose replaces one of them (`faults.ts`); everything else always stays as it is.
 */
import {
  absorbGrant,
  applySettlement,
  closeLease,
  giveUpUnused,
  grantLease,
  placeHold,
  releaseHold,
  returnLease,
  settleHold,
} from '@commonhold/core'

export interface Rules {
  readonly grantLease: typeof grantLease
  readonly applySettlement: typeof applySettlement
  readonly returnLease: typeof returnLease
  readonly closeLease: typeof closeLease
  readonly absorbGrant: typeof absorbGrant
  readonly giveUpUnused: typeof giveUpUnused
  readonly placeHold: typeof placeHold
  readonly settleHold: typeof settleHold
  readonly releaseHold: typeof releaseHold
  /** The database grants nothing to an epoch once a newer one has registered. */
  readonly fencesOldEpochs: boolean
  /** The database drops what it has applied, by the mark of the journal. */
  readonly dropsRepeats: boolean
  /** The provider is called when the intent is on disk, not before. */
  readonly waitsForIntent: boolean
  /** Recovery closes the old leases after everything is applied, not before. */
  readonly closesAfterApplying: boolean
  /** Closing waits for what its process has asked before and the database has not ended yet. */
  readonly closingWaits: boolean
  /** What recovery charges for a call without an outcome: its worst case, or nothing. */
  readonly chargesUnknown: boolean
  /** An outcome is acknowledged when it is applied, not when it is sent. */
  readonly acknowledgesWhenApplied: boolean
  /** A cost is settled in the period of its hold, not in that of its end. */
  readonly settlesInPeriodOfHold: boolean
  /** What an outcome has freed goes back to the pool when that outcome is on disk, not before. */
  readonly returnsWhatIsWritten: boolean
  /** After an answer that never came, the pool is asked what it has granted. */
  readonly asksAfterLoss: boolean
  /** Nothing that is free is used on an answer by which the pool is above its limit: it goes back. */
  readonly givesUpWhenOver: boolean
}

export const realRules: Rules = {
  grantLease,
  applySettlement,
  returnLease,
  closeLease,
  absorbGrant,
  giveUpUnused,
  placeHold,
  settleHold,
  releaseHold,
  fencesOldEpochs: true,
  dropsRepeats: true,
  waitsForIntent: true,
  closesAfterApplying: true,
  closingWaits: true,
  chargesUnknown: true,
  acknowledgesWhenApplied: true,
  settlesInPeriodOfHold: true,
  returnsWhatIsWritten: true,
  asksAfterLoss: true,
  givesUpWhenOver: true,
}
