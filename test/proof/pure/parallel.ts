/** The comparison of `compare.ts` on every processor, a few worlds at a time. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type PureCounts, type PureRun, questionsPerWorld, sumOf } from './compare.ts'

const worldsAtOnce = 20

export interface ParallelRun {
  readonly seed: number
  readonly decisions: number
  readonly cedarEvery: number
  readonly report: (counts: PureCounts) => void
}

export async function comparePureInParallel(run: ParallelRun): Promise<PureCounts> {
  const worlds = Math.ceil(run.decisions / questionsPerWorld)
  const tasks: PureRun[] = []
  for (let firstWorld = 0; firstWorld < worlds; firstWorld += worldsAtOnce) {
    const { seed, cedarEvery } = run
    const count = Math.min(worldsAtOnce, worlds - firstWorld)
    tasks.push({ seed, firstWorld, worlds: count, cedarEvery })
  }
  tasks.reverse()
  let sum: PureCounts | null = null
  const work = async () => {
    const worker = new Worker(new URL('worker.ts', import.meta.url))
    try {
      for (let task = tasks.pop(); task; task = tasks.pop()) {
        const counts = await ask(worker, task)
        sum = sum === null ? counts : sumOf([sum, counts])
        run.report(sum)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return sum!
}

function ask(worker: Worker, task: PureRun): Promise<PureCounts> {
  return new Promise((resolve, reject) => {
    worker.once('message', (counts: PureCounts) => {
      worker.off('error', reject)
      resolve(counts)
    })
    worker.once('error', reject)
    worker.postMessage(task)
  })
}
