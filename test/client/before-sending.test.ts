import assert from "node:assert/strict";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { connect, errorOf } from "./connect.ts";
import { startServer } from "./recording-server.ts";
import { firstOf, thread } from "./wire-cases.ts";

describe("the client before it sends", () => {
  const refusals: [what: string, code: string, call: (api: AssistantsApi) => Promise<unknown>][] = [
    ["an empty id", "missing_required_parameter", (api) => api.deleteThread({ thread_id: "" })],
    [
      "a missing id",
      "missing_required_parameter",
      (api) => Reflect.apply(api.getThread, api, [{ thread_id: undefined }]),
    ],
    ["no parameters at all", "missing_required_parameter", (api) => Reflect.apply(api.getThread, api, [])],
    ["an id that is a dot segment", "invalid_value", (api) => api.deleteThread({ thread_id: ".." })],
    ["an id with half a character", "invalid_value", (api) => api.getThread({ thread_id: "\ud800" })],
    [
      "a body that is no JSON",
      "invalid_json",
      (api) => Reflect.apply(api.createThread, api, [{ metadata: { n: 1n } }]),
    ],
    [
      "a stream from a method that answers once",
      "stream_by_method",
      (api) => api.createRun({ ...thread, assistant_id: "asst_1", stream: true }),
    ],
    [
      "one answer from a method that streams",
      "stream_by_method",
      (api) => firstOf(api.streamRun({ ...thread, assistant_id: "asst_1", stream: false })),
    ],
  ];
  for (const [what, code, call] of refusals) {
    it(`refuses ${what}`, async () => {
      await using server = await startServer();
      await using client = connect(server);
      assert.equal((await errorOf(call(client.api))).code, code);
      assert.equal(server.seen.length, 0);
    });
  }
});
