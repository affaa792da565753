/** Answers that are made piece by piece, and end with their caller. */

/**
 * Takes the first piece of an answer, and hands it on with the others. What was begun is let go where nobody
 * will read on: when `signal` aborts, and when anything fails here. Whoever is to send the answer cannot see to
 * that alone, because a caller may go away before the sending begins.
 */
export async function beginAnswer<T>(
  answer: AsyncIterable<T>,
  signal: AbortSignal,
  send: (first: IteratorResult<T, unknown>, pieces: AsyncIterator<T, unknown>) => void,
): Promise<void> {
  signal.throwIfAborted();
  const pieces = answer[Symbol.asyncIterator]();
  const letGo = () => {
    // Not waited for: it only says that nobody reads any more.
    pieces.return?.().then(undefined, () => {});
  };
  signal.addEventListener("abort", letGo, { once: true });
  try {
    send(await pieces.next(), pieces);
  } catch (error) {
    letGo();
    throw error;
  }
}
