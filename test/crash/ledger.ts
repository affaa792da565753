/** What the service has acknowledged, and what it was asked and did not answer. Pure: it asks nobody. */
import type { Assistant, File, Message, Metadata, Run, Thread } from "../../src/contract/objects.ts";

/** What is known of one object. Whoever was asked for a change and died may have done it or not. */
export interface Known<T> {
  /** What it may look like: one alone where nothing is in doubt, none where nobody has seen it. */
  versions: T[];
  deleted: "no" | "maybe" | "yes";
}

/** A file with what stands in it. */
export interface FileShown {
  file: File;
  text: string;
}

export interface KnownRun {
  /** As it was when it was first seen. */
  run: Run;
  metadata: Known<Metadata | null>;
  /** That it will be cancelled was acknowledged. */
  cancelled: boolean;
  /** As it ended, once that was seen: it stays so. */
  ended: Run | null;
  /** The outputs that were taken, by call. */
  outputs: Map<string, string>;
}

/** What a check has found of a thread. */
interface FoundThread {
  thread: Thread;
  messages: Message[];
  runs: { run: Run }[];
}

/** A tag goes into the metadata of each new object, so that one is known whose answer was lost. */
export class Ledger {
  readonly assistants = new Map<string, Known<Assistant>>();
  readonly threads = new Map<string, Known<Thread>>();
  readonly files = new Map<string, Known<FileShown>>();
  readonly messages = new Map<string, Known<Message>>();
  readonly runs = new Map<string, KnownRun>();
  /** Messages that came with another object, so that nobody was told their ids: their threads, by tag. */
  readonly promised = new Map<string, string>();
  /** Tags of what was refused: it must never be there. */
  readonly refused = new Set<string>();
  #tags = 0;

  newTag(): string {
    this.#tags += 1;
    return `tag-${this.#tags}`;
  }

  promise(threadId: string, messages: readonly { metadata: { tag: string } }[]): void {
    for (const { metadata } of messages) this.promised.set(metadata.tag, threadId);
  }

  /** What stands there after a check is what is known from now on. */
  adopt(assistants: Assistant[], files: FileShown[], threads: Map<string, FoundThread | null>): void {
    const found = new Set([...assistants, ...files.map(({ file }) => file)].map(({ id }) => id));
    for (const id of this.assistants.keys()) if (!found.has(id)) markDeleted(this.assistants, id);
    for (const id of this.files.keys()) if (!found.has(id)) markDeleted(this.files, id);
    for (const assistant of assistants) this.sawAssistant(assistant);
    for (const file of files) this.sawFile(file);
    for (const [id, shown] of threads) {
      if (shown) this.sawThread(shown.thread);
      else markDeleted(this.threads, id);
    }
    const shown = [...threads.values()].filter((thread) => thread !== null);
    const messages = new Map(shown.flatMap((thread) => thread.messages).map((one) => [one.id, one]));
    for (const id of this.messages.keys()) {
      const message = messages.get(id);
      if (message) this.sawMessage(message);
      else markDeleted(this.messages, id);
    }
    for (const { run } of shown.flatMap(({ runs }) => runs)) {
      const known = this.runs.get(run.id);
      if (known) known.metadata.versions = [run.metadata];
    }
  }

  sawAssistant(assistant: Assistant): void {
    this.assistants.set(assistant.id, { versions: [assistant], deleted: "no" });
  }

  sawFile(shown: FileShown): void {
    this.files.set(shown.file.id, { versions: [shown], deleted: "no" });
  }

  sawThread(thread: Thread): void {
    this.threads.set(thread.id, { versions: [thread], deleted: "no" });
  }

  /** A thread that came with its first run. */
  sawThreadOf(run: Run): void {
    this.threads.set(run.thread_id, { versions: [], deleted: "no" });
  }

  sawMessage(message: Message): void {
    if (message.run_id === null) this.messages.set(message.id, { versions: [message], deleted: "no" });
  }

  sawRun(run: Run): void {
    const known = this.runs.get(run.id) ?? newlyKnown(run);
    if (isEnded(run)) known.ended ??= run;
    this.runs.set(run.id, known);
  }

  tookOutputs(runId: string, outputs: { tool_call_id: string; output: string }[]): void {
    for (const { tool_call_id, output } of outputs) this.runs.get(runId)?.outputs.set(tool_call_id, output);
  }

  /** Whether a thread, or an assistant, must be there. */
  mustBeThere(id: string): boolean {
    return (this.threads.get(id) ?? this.assistants.get(id))?.deleted === "no";
  }

  livingThreads(): string[] {
    return living(this.threads);
  }

  livingAssistants(): string[] {
    return living(this.assistants);
  }

  livingMessages(): string[] {
    return living(this.messages);
  }

  livingFiles(): string[] {
    return living(this.files);
  }
}

const newlyKnown = (run: Run): KnownRun => ({
  run,
  metadata: { versions: [run.metadata], deleted: "no" },
  cancelled: false,
  ended: null,
  outputs: new Map(),
});

function markDeleted(all: Map<string, Known<unknown>>, id: string): void {
  all.set(id, { versions: [], deleted: "yes" });
}

const living = (all: Map<string, Known<unknown>>) =>
  [...all].filter(([, { deleted }]) => deleted === "no").map(([id]) => id);

const ENDS: Run["status"][] = ["completed", "failed", "incomplete", "cancelled", "expired"];

export const isEnded = (run: Run) => ENDS.includes(run.status);
