/** What the work comes to, or the signal's reason as soon as it aborts. The work is told by nobody here. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // One promise and listener each time: a race against one that lives long would keep every loser.
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
