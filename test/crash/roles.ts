/** The roles as processes of their own, on a database of the test's. */
import { freshDatabase } from '../support/postgres.ts'
import { type Deployment, startDeploymentOn } from './deployment.ts'

export type { Deployment, Role } from './deployment.ts'

export async function startDeployment(): Promise<Deployment> {
  return startDeploymentOn(await freshDatabase())
}
