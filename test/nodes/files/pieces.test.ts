import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { openPieces } from "../../../nodes/files/pieces.ts";
import { isContractError } from "./is-contract-error.ts";

const open = new AbortController().signal;

/** Says something, then nothing any more, and hears nobody. */
async function* fallsSilent(...pieces: string[]) {
  yield* pieces;
  await new Promise(() => {});
}

describe("the pieces of a stream", () => {
  it("are its bytes, without those that are empty", async () => {
    const pieces = await openPieces(Readable.from(["a", "", Buffer.from("b")]), { signal: open });
    assert.deepEqual((await Readable.from(pieces ?? []).toArray()).map(String), ["a", "b"]);
  });

  for (const said of [[], ["a"]]) {
    it(`are given up when it says nothing for too long after ${said.length} pieces`, async () => {
      const stream = Readable.from(fallsSilent(...said));
      const read = async () => {
        const pieces = await openPieces(stream, { signal: open, silenceMs: 20 });
        await Readable.from(pieces ?? []).toArray();
      };
      await assert.rejects(read, isContractError("content_unreadable", /nothing came for 0\.02 s/));
      assert.equal(stream.destroyed, true);
    });
  }

  it("are given up when the signal aborts, also while the stream says nothing", async () => {
    const stopping = new AbortController();
    const stream = Readable.from(fallsSilent());
    const opening = openPieces(stream, { signal: stopping.signal });
    stopping.abort(new Error("the node was closed"));
    await assert.rejects(opening, isContractError("content_unreadable", /the node was closed/));
    assert.equal(stream.destroyed, true);
  });

  it("let go of the stream when they are read no further", async () => {
    const stream = Readable.from(["a", "b"]);
    for await (const _ of (await openPieces(stream, { signal: open })) ?? []) break;
    assert.equal(stream.destroyed, true);
  });
});
