import type { Model } from "../../../src/models/model.ts";

/** Says something, then neither goes on nor ends nor listens. */
export const deaf: Model = {
  async *generate() {
    yield { type: "text_delta", text: "Half a" };
    await new Promise(() => {});
  },
};
