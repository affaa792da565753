import assert from "node:assert/strict";
import { openContent, PATH } from "../../../nodes/files/upload-content.ts";
import { inbox } from "../node-fields.ts";
import { type RunningFlow, runFlow } from "../running-flow.ts";

describe("a path on disk", () => {
  let flow: RunningFlow;

  before(async () => {
    flow = await runFlow([inbox("out")]);
  });
  after(() => flow[Symbol.asyncDispose]());

  for (const template of ["{{filename}}", " {{filename}} ", ""]) {
    it(`is missing, and no directory, where its template comes to nothing: "${template}"`, async () => {
      const field = { value: template, type: PATH };
      const opening = openContent(flow.RED, flow.node("out"), field, {}, new AbortController().signal);
      await assert.rejects(opening, { code: "path_missing" });
    });
  }
});
