/**
 * The messages of threads that a run has answered. One that was handed to two run nodes is the question of the first
 * only; the second asks its own.
 */
const answered = new Set<string>();

/** The oldest are forgotten. */
const MAX_REMEMBERED = 10_000;

export function rememberAnswered(messageId: string): void {
  answered.add(messageId);
  const [oldest] = answered;
  if (answered.size > MAX_REMEMBERED && oldest !== undefined) answered.delete(oldest);
}

export function isAnswered(messageId: string): boolean {
  return answered.has(messageId);
}
