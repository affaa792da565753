import type { Run } from "../../contract/objects.ts";
import type { RunFeed } from "../events/run-feed.ts";
import { newRunMessage, newRunStep } from "../objects.ts";
import type { Store } from "../store/store.ts";
import { untilStored } from "../until-stored.ts";

export interface SpokenMessageSettings {
  store: Store;
  feed: RunFeed;
  run: Run;
  /** Aborts when nobody waits for the disk any more. */
  stopping: AbortSignal;
  /** Unix seconds. */
  now(): number;
  /** Told of what the disk refuses. */
  onError(error: unknown): void;
}

/** A message that a model's answer is written into while the model speaks. */
export class SpokenMessage {
  readonly #settings: SpokenMessageSettings;
  /** What must be written down before. */
  readonly #before: Promise<void>;
  /** Null until the message has been written down: nobody hears of the text of a message that may not come to be. */
  #openId: string | null = null;
  /** Whether it could be opened; null before there was anything to say. */
  #opening: Promise<boolean> | null = null;
  /** What was said before it was open. */
  #unsaid = "";

  constructor(settings: SpokenMessageSettings, before: Promise<void>) {
    this.#settings = settings;
    this.#before = before;
  }

  /** Takes a piece of text that the answer has got. The model goes on while the message is written. */
  hear(text: string): void {
    const { feed, run } = this.#settings;
    if (this.#openId === null) this.#unsaid += text;
    else feed.say(run.id, this.#openId, text);
    this.#opening ??= this.#open().then(
      () => true,
      () => false,
    );
  }

  /** Resolves when what was said has its message; rejects where there can be none. */
  async settled(): Promise<void> {
    const { stopping, onError } = this.#settings;
    if ((await this.#opening) === false) await untilStored(() => this.#open(), stopping, onError);
  }

  /** Writes the message and its step down, both in progress, and tells of what was said by then. */
  async #open(): Promise<void> {
    const { store, feed, run, now } = this.#settings;
    await this.#before;
    const message = newRunMessage(run, now());
    const details = { type: "message_creation", message_creation: { message_id: message.id } } as const;
    await store.commit([
      { expect: "run", id: run.id },
      { insert: "message", object: message, internal: null },
      { insert: "run_step", object: newRunStep(run, details, now()), internal: null },
    ]);
    this.#openId = message.id;
    feed.say(run.id, message.id, this.#unsaid);
    this.#unsaid = "";
  }
}
