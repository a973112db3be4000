/** The name of an operation, such as `usage-limit.create`; it breaks after the noun and nowhere else. */
export function OperationName({ name }: { name: string }) {
  const [noun, verb] = name.split('.')
  return (
    <span className="mono">
      {noun}
      {verb !== undefined && (
        <>
          .<wbr />
          {verb}
        </>
      )}
    </span>
  )
}
