/** How images go out with a request. */
import assert from "node:assert/strict";
import type { Readable } from "node:stream";
import type { ModelContent, ModelRequest } from "../../../src/models/model.ts";
import { bodyOf, markImages } from "../../../src/models/openai/sent-images.ts";

const request = (...content: ModelContent[]): ModelRequest => ({
  model: "m",
  instructions: "Sé breve.",
  items: [{ type: "message", role: "user", content }],
  functions: [],
  own_tools: [],
  tool_choice: "auto",
  parallel_tool_calls: true,
  response_format: "auto",
  reasoning_effort: null,
  temperature: null,
  top_p: null,
  max_completion_tokens: null,
});

const image = (data: string) => ({ type: "image", media_type: "image/png", data }) as const;

async function piecesOf(body: string | Readable): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(Buffer.from(piece));
  return pieces;
}

describe("a request with images", () => {
  const data = Buffer.alloc(3_000_000, "image").toString("base64");
  const asked = request({ type: "text", text: "Qué 🖼?" }, image(data), image("iVBORw=="), image(data));

  it("is written without them", () => {
    const { marked } = markImages(asked);
    assert.ok(JSON.stringify(marked).length < 2000);
  });

  it("is sent with them, piece by piece, and its length is known before", async () => {
    const { marked, images } = markImages(asked);
    const { body, bytes } = bodyOf(JSON.stringify(marked), images);
    const pieces = await piecesOf(body);
    assert.equal(Buffer.concat(pieces).toString(), JSON.stringify(asked));
    assert.equal(Buffer.concat(pieces).length, bytes);
    assert.ok(Math.max(...pieces.map(({ length }) => length)) < 500_000);
  });

  it("is one text where there are none", () => {
    const { marked, images } = markImages(request({ type: "text", text: "é" }));
    const written = JSON.stringify(marked);
    assert.deepEqual(bodyOf(written, images), { body: written, bytes: Buffer.byteLength(written) });
  });
});
