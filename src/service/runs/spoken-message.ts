import type { Run } from "../../contract/objects.ts";
import type { RunFeed } from "../events/run-feed.ts";
import { newRunMessage, newRunStep } from "../objects.ts";
import type { Store } from "../store/store.ts";
import type { ModelAnswer } from "./model-answer.ts";

interface SpokenMessageSettings {
  store: Store;
  feed: RunFeed;
  run: Run;
  answer: ModelAnswer;
  /** Unix seconds. */
  now(): number;
}

/** The message that a model's answer is written into while the model speaks. */
export class SpokenMessage {
  readonly #settings: SpokenMessageSettings;
  /** Null until the message has been written down: nobody hears of the text of a message that may not come to be. */
  #openId: string | null = null;

  constructor(settings: SpokenMessageSettings) {
    this.#settings = settings;
  }

  /** Writes the message and its step down, both in progress, and tells of what was said by then. */
  async open(): Promise<void> {
    const { store, feed, run, answer, now } = this.#settings;
    const message = newRunMessage(run, now());
    const details = { type: "message_creation", message_creation: { message_id: message.id } } as const;
    await store.commit([
      { expect: "run", id: run.id },
      { insert: "message", object: message, internal: null },
      { insert: "run_step", object: newRunStep(run, details, now()), internal: null },
    ]);
    this.#openId = message.id;
    feed.say(run.id, message.id, answer.text);
  }

  /** Tells of a piece of text that the answer has got. */
  say(text: string): void {
    const { feed, run } = this.#settings;
    if (this.#openId !== null) feed.say(run.id, this.#openId, text);
  }
}
