/** People and programs that use the product, as the isolation matrix makes them. */
export { accept, type Person, password, program, signIn } from '@commonhold/isolation'
