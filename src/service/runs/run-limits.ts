export interface RunLimits {
  /** Model calls at once. */
  concurrentRuns: number;
  /** How long tool outputs may take, in seconds. */
  actionSeconds: number;
  /** How long a run may be queued and at work until it rests, in seconds; null for as long as it takes. */
  workSeconds: number | null;
  /** How long a model may say nothing, in seconds. */
  silenceSeconds: number;
}

export const DEFAULT_RUN_LIMITS: RunLimits = {
  concurrentRuns: 16,
  actionSeconds: 600,
  workSeconds: null,
  silenceSeconds: 600,
};
