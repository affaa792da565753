/** The bytes of an event stream, however they are cut. */
import assert from "node:assert/strict";
import { readEvents } from "../../../src/models/openai/server-sent-events.ts";

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function dataOf(text: string, size: number): Promise<string[]> {
  const data: string[] = [];
  for await (const read of readEvents(pieces(text, size))) if ("data" in read) data.push(read.data);
  return data;
}

describe("an event stream of a model", () => {
  for (const [title, end] of [
    ["line feeds", "\n"],
    ["carriage returns", "\r"],
    ["both", "\r\n"],
  ] as const) {
    it(`is read the same with ${title}, byte by byte`, async () => {
      const text = ["data: é", "", ": ping", "", "data: b", "data: c", "", "data: d", ""].join(end);
      assert.deepEqual(await dataOf(text, 1), ["é", "b\nc", "d"]);
    });
  }

  it("may hold a long event in small pieces, which takes no longer than its length", async () => {
    const long = "x".repeat(8 * 1024 * 1024);
    const begun = performance.now();
    const [data] = await dataOf(`data: ${long}\n\n`, 512);
    assert.equal(data?.length, long.length);
    assert.ok(performance.now() - begun < 4000);
  });
});
