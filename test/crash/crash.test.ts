import { playStoreStory } from "./stores/story.ts";
import { playStory } from "./story.ts";

describe("a service that is killed while clients work with it", function () {
  this.timeout(120_000);

  it("keeps what it has acknowledged, twice nothing, and every run comes to its end", async () => {
    await playStory(Date.now() % 1_000_000, 4);
  });

  it("finds what was added to vector stores, and nothing that was deleted", async () => {
    await playStoreStory(Date.now() % 1_000_000, 3);
  });
});
