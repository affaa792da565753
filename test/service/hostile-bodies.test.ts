/** Bodies that are JSON but nothing that anybody would send: refused soon, by the service and over HTTP. */
import assert from "node:assert/strict";
import { type HttpServer, startHttpServer } from "../../src/service/http/server.ts";
import { callUnchecked, errorOf } from "../contract/rejections.ts";
import { ScriptedModel, says } from "../scripted-model.ts";
import { freshService, type RunningService } from "./running-service.ts";

/** Most take a few; the schema library looks at every key of an object before it refuses it. */
const MAX_MILLISECONDS = 5000;

const KEY = "key-of-the-hostile-bodies";

const deepArray = (depth: number) => `{"metadata":${"[".repeat(depth)}${"]".repeat(depth)}}`;
const deepObject = (depth: number) => `{"metadata":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`;
const manyKeys = (count: number) =>
  Array.from({ length: count }, (_, index) => `"key${index}":${index}`).join(",");

/** What is sent, and the codes that may answer it. */
const bodies: [title: string, body: string, codes: string[]][] = [
  ["2,000 arrays in each other", deepArray(2000), ["invalid_json"]],
  ["2,000 objects in each other", deepObject(2000), ["invalid_json"]],
  ["200,000 arrays in each other", deepArray(200_000), ["invalid_json"]],
  ["200,000 objects in each other", deepObject(200_000), ["invalid_json"]],
  // Counted and refused by that: the schema library, which is slow with them, does not see so many.
  ["300,000 unknown keys", `{${manyKeys(300_000)}}`, ["invalid_json"]],
  ["60,000 unknown keys", `{${manyKeys(60_000)}}`, ["invalid_json"]],
  ["40,000 unknown keys", `{${manyKeys(40_000)}}`, ["unknown_parameter"]],
  [
    "40,000 unknown keys in a message",
    `{"messages":[{${manyKeys(40_000)}}]}`,
    ["unknown_parameter", "missing_required_parameter"],
  ],
  ["40,000 pairs of metadata", `{"metadata":{${manyKeys(40_000)}}}`, ["invalid_type", "invalid_value"]],
  ["a number that is too large", '{"metadata":1e999}', ["invalid_json"]],
  ["40,000 messages that are none", `{"messages":[${"1,".repeat(39_999)}1]}`, ["invalid_type"]],
];

describe("hostile bodies", () => {
  let service: RunningService;
  let server: HttpServer;

  before(async () => {
    service = await freshService(new ScriptedModel(says("Hi.")));
    server = await startHttpServer({ api: service.api, apiKey: KEY, port: 0 });
  });
  after(async () => {
    await server.close();
    await service[Symbol.asyncDispose]();
  });

  /** Refused soon, and the next request is served. */
  async function assertRefused(send: () => Promise<string>, codes: string[]): Promise<void> {
    const begun = performance.now();
    const code = await send();
    const took = performance.now() - begun;
    assert.ok(codes.includes(code), code);
    assert.ok(took < MAX_MILLISECONDS, `it took ${Math.round(took)} ms`);
    const { id } = await service.api.createThread({});
    assert.equal((await service.api.getThread({ thread_id: id })).id, id);
    assert.deepEqual(service.reported, []);
  }

  for (const [title, body, codes] of bodies) {
    it(`of ${title} are refused in this process`, async () => {
      const parameters: Record<string, unknown> = JSON.parse(body);
      const send = async () => (await errorOf(callUnchecked(service.api, "createThread", parameters))).code;
      await assertRefused(send, codes);
    });

    it(`of ${title} are refused over HTTP`, async () => {
      const send = async () => {
        const headers = { authorization: `Bearer ${KEY}`, "openai-beta": "assistants=v2" };
        const response = await fetch(`${server.url}/v1/threads`, {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body,
        });
        assert.equal(response.status, 400);
        return Object(await response.json()).error.code;
      };
      await assertRefused(send, codes);
    });
  }
});
