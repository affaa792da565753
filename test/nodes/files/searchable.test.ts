import assert from "node:assert/strict";
import type { NodeAPI } from "node-red";
import { requireSearchable, untilIndexed } from "../../../nodes/files/searchable.ts";
import type { VectorStoreFile } from "../../../src/contract/objects.ts";
import { inbox } from "../node-fields.ts";
import { type RunningFlow, runFlow } from "../running-flow.ts";

const never = new AbortController().signal;

describe("waiting until something is searchable", () => {
  let flow: RunningFlow;
  let RED: NodeAPI;

  before(async () => {
    flow = await runFlow([inbox("out")]);
    ({ RED } = flow);
  });
  after(() => flow[Symbol.asyncDispose]());

  /** Looks that find these statuses one after the other, the last for ever. */
  function finds(...statuses: string[]) {
    const left = statuses.slice(0, -1);
    return async () => ({ status: left.shift() ?? statuses.at(-1) ?? "" });
  }

  for (const end of ["completed", "failed", "cancelled", "expired"]) {
    it(`ends when nothing is in progress any more: ${end}`, async () => {
      const told: string[] = [];
      const tell = ({ status }: { status: string }) => void told.push(status);
      const look = finds("in_progress", "in_progress", end);
      assert.deepEqual(await untilIndexed(RED, look, { signal: never, seconds: 9, tell }), { status: end });
      assert.deepEqual(told, ["in_progress", "in_progress", end]);
    });
  }

  it("ends with indexing_timeout after its limit", async () => {
    const waiting = untilIndexed(RED, finds("in_progress"), { signal: never, seconds: 0.05, tell: () => {} });
    await assert.rejects(waiting, { code: "indexing_timeout" });
  });

  it("ends a look that gets no answer with indexing_timeout, too", async () => {
    const look = ({ signal }: { signal?: AbortSignal }) =>
      new Promise<{ status: string }>((_, reject) => {
        signal?.addEventListener("abort", () => reject(new Error("the call was given up")));
      });
    const waiting = untilIndexed(RED, look, { signal: never, seconds: 0.05, tell: () => {} });
    await assert.rejects(waiting, { code: "indexing_timeout" });
  });

  it("is given up with its signal's reason", async () => {
    const closing = new AbortController();
    const reason = new Error("The node was closed.");
    const tell = () => closing.abort(reason);
    const waiting = untilIndexed(RED, finds("in_progress"), { signal: closing.signal, seconds: 9, tell });
    await assert.rejects(waiting, reason);
  });

  it("rejects as the service does", async () => {
    const gone = new Error("No file found.");
    const waiting = untilIndexed(RED, () => Promise.reject(gone), {
      signal: never,
      seconds: 9,
      tell: () => {},
    });
    await assert.rejects(waiting, gone);
  });
});

describe("a file that was indexed", () => {
  const file = (fields: Partial<VectorStoreFile>): VectorStoreFile => ({
    id: "file-1",
    object: "vector_store.file",
    usage_bytes: 0,
    created_at: 1,
    vector_store_id: "vs_1",
    status: "completed",
    last_error: null,
    ...fields,
  });

  let flow: RunningFlow;

  before(async () => {
    flow = await runFlow([inbox("out")]);
  });
  after(() => flow[Symbol.asyncDispose]());

  it("is searchable when it is completed", () => requireSearchable(flow.RED, file({}), "a.txt"));

  it("fails with what the service says in the cause", () => {
    const last_error = { code: "unsupported_file", message: "It is no text." } as const;
    assert.throws(() => requireSearchable(flow.RED, file({ status: "failed", last_error }), "a.txt"), {
      code: "indexing_failed",
      cause: {
        ...last_error,
        file_id: "file-1",
        filename: "a.txt",
        vector_store_id: "vs_1",
        status: "failed",
      },
    });
  });

  it("fails when its batch was cancelled", () => {
    assert.throws(() => requireSearchable(flow.RED, file({ status: "cancelled" }), "a.txt"), {
      code: "indexing_failed",
    });
  });
});
