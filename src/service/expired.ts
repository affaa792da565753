/**
 * Whether the time of a file or a vector store has come: it is gone then, though it may not have been removed yet.
 * @param now Unix seconds
 */
export const isExpired = ({ expires_at }: { expires_at?: number | null }, now: number): boolean =>
  typeof expires_at === "number" && expires_at <= now;
