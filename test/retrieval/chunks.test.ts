import assert from "node:assert/strict";
import { estimateTokens } from "../../src/models/tokens.ts";
import { AUTO_CHUNKS, chunksOf } from "../../src/retrieval/chunks.ts";

const sentences = (count: number) =>
  Array.from({ length: count }, (_, index) => `Sentence ${index} stands here.`).join(" ");

const without = (text: string) => text.replace(/\s/g, "");

describe("chunks", () => {
  for (const [name, text] of [
    ["English", sentences(2000)],
    ["Chinese without spaces", "火車每十分鐘開一班。".repeat(500)],
    ["characters outside the first plane", "👍🏽𠮷".repeat(3000)],
    ["one word without an end", "a".repeat(20_000)],
    ["empty lines", `a${"\n".repeat(5000)}b`],
  ] as const) {
    it(`hold all of ${name}, none longer than said, each where it stands in the text`, () => {
      const chunks = [...chunksOf(text, AUTO_CHUNKS)];
      let end = 0;
      let whole = "";
      for (const chunk of chunks) {
        assert.equal(text.slice(chunk.start, chunk.end), chunk.text);
        assert.ok(estimateTokens(chunk.text) <= AUTO_CHUNKS.max_chunk_size_tokens);
        assert.ok(chunk.text.isWellFormed());
        whole += text.slice(Math.max(end, chunk.start), chunk.end);
        end = Math.max(end, chunk.end);
      }
      assert.equal(without(whole), without(text));
    });
  }

  it("repeat about as much of the one before as said", () => {
    const [first, second] = [...chunksOf(sentences(2000), AUTO_CHUNKS)];
    assert.ok(first && second);
    const repeated = estimateTokens(sentences(2000).slice(second.start, first.end));
    assert.ok(repeated > 350 && repeated <= 400, String(repeated));
  });

  it("end at a sentence where one ends near", () => {
    for (const chunk of [...chunksOf(sentences(2000), AUTO_CHUNKS)].slice(0, -1)) {
      assert.match(chunk.text, /\.$/);
    }
  });

  it("are none where there is no text", () => {
    assert.deepEqual([...chunksOf(" \n\t ", AUTO_CHUNKS)], []);
  });
});
