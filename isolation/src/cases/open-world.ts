/** A world to run the matrix in, with its inventory taken. */

import { buildWorld, type World, type WorldOptions } from '../world/world.ts'
import { remember } from './unchanged.ts'

/** @throws CommonholdError, such as when this is not the operator's key */
export async function openWorld(options: WorldOptions): Promise<World> {
  const world = await buildWorld(options)
  await remember(world)
  return world
}
