import { untilStored } from "../until-stored.ts";
import type { OwnToolUse } from "./model-answer.ts";
import { planOwnToolUse } from "./own-tool-use.ts";
import { changeRun } from "./run-change.ts";
import { SpokenMessage, type SpokenMessageSettings } from "./spoken-message.ts";

/**
 * A model's answer while the model speaks: its text in messages, and between them a step for each use of a tool of
 * its own, written down in the order in which they came.
 */
export class SpokenAnswer {
  readonly #settings: SpokenMessageSettings;
  #message: SpokenMessage;
  /** Fulfilled when all is written down that came before the message. */
  #before: Promise<void> = Promise.resolve();

  constructor(settings: SpokenMessageSettings) {
    this.#settings = settings;
    this.#message = new SpokenMessage(settings, this.#before);
  }

  /** Takes a piece of text. */
  hear(text: string): void {
    this.#message.hear(text);
  }

  /** Takes a use of a tool, which ends the message so far. */
  used(use: OwnToolUse): void {
    this.#before = this.#write(this.#before, this.#message, use);
    // Whoever settles the answer is told.
    this.#before.catch(() => {});
    this.#message = new SpokenMessage(this.#settings, this.#before);
  }

  /** Resolves when everything has its place; rejects where it can have none. */
  async settled(): Promise<void> {
    await this.#before;
    await this.#message.settled();
  }

  async #write(before: Promise<void>, message: SpokenMessage, use: OwnToolUse): Promise<void> {
    const { store, run, now, stopping, onError } = this.#settings;
    await before;
    await message.settled();
    const decide = (state: Parameters<typeof planOwnToolUse>[0]) => planOwnToolUse(state, use, now());
    await untilStored(() => changeRun(store, run.id, now, decide), stopping, onError);
  }
}
