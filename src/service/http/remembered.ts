/**
 * An answer that costs much, for many who ask: one question at a time, and its outcome, good or bad, for all
 * who ask in the milliseconds behind it.
 * @param now milliseconds
 */
export function remembered<T>(
  ask: () => Promise<T>,
  milliseconds: number,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let answer: Promise<T> | null = null;
  let until = 0;
  return () => {
    if (answer !== null && now() < until) return answer;
    const asked = ask();
    answer = asked;
    until = Number.POSITIVE_INFINITY;
    const settle = () => {
      until = now() + milliseconds;
    };
    asked.then(settle, settle);
    return asked;
  };
}
