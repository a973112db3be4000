/** A thread that compares worlds as it is told to, so that all processors of a machine take part. */
import { parentPort } from 'node:worker_threads'
import { comparePure, type PureRun } from './compare.ts'

parentPort!.on('message', (run: PureRun) => parentPort!.postMessage(comparePure(run)))
