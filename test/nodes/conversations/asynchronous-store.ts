/** A context store as one on another machine is: every answer comes later, and what it keeps is a copy. */
export class AsynchronousStore {
  readonly kept = new Map<string, string>();
  /** What it fails with from now on. */
  failure: Error | null = null;

  /** For Node-RED's settings, under any name. */
  readonly module = () => this;

  async open(): Promise<void> {}
  async close(): Promise<void> {}
  async clean(): Promise<void> {}
  async delete(): Promise<void> {}

  get(scope: string, key: string, answer: (error: Error | null, value?: unknown) => void): void {
    setImmediate(() => {
      const kept = this.kept.get(`${scope} ${key}`);
      answer(this.failure, kept === undefined ? undefined : JSON.parse(kept));
    });
  }

  set(scope: string, key: string, value: unknown, answer: (error: Error | null) => void): void {
    setImmediate(() => {
      if (!this.failure && value === undefined) this.kept.delete(`${scope} ${key}`);
      else if (!this.failure) this.kept.set(`${scope} ${key}`, JSON.stringify(value));
      answer(this.failure);
    });
  }
}
