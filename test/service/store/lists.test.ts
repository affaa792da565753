import assert from "node:assert/strict";
import type { Kind } from "../../../src/service/store/kinds.ts";
import type { ListQuery, Store } from "../../../src/service/store/store.ts";
import {
  insertAssistant,
  insertMessage,
  insertRun,
  sampleAssistant,
  sampleMessage,
  sampleRun,
} from "../sample-objects.ts";
import { type OpenStore, openStore } from "./open-store.ts";

describe("a list of the store", () => {
  let open: OpenStore;
  let store: Store;
  /** Of messages a, b, c, d and e, inserted in this order all in one second, among those of another thread. */
  let ids: string[] = [];
  const where = { thread_id: "thread_a" };

  before(async () => {
    open = await openStore();
    store = open.store;
    for (const letter of "abcde") {
      const message = sampleMessage("thread_a", { id: `msg_${letter}` });
      await store.commit([insertMessage(sampleMessage("thread_b")), insertMessage(message)]);
    }
    ids = Array.from("abcde", (letter) => `msg_${letter}`);
  });
  after(() => open[Symbol.asyncDispose]());

  async function idsOf(kind: Kind, query: ListQuery): Promise<string> {
    const stored = await store.list(kind, query);
    return stored.map(({ object }) => object.id.replace("msg_", "")).join("");
  }

  /** What stands between the cursors, by order. */
  const pages: [Omit<ListQuery, "where">, string][] = [
    [{ order: "asc", limit: 10 }, "abcde"],
    [{ order: "desc", limit: 10 }, "edcba"],
    [{ order: "asc", limit: 2 }, "ab"],
    [{ order: "desc", limit: 2 }, "ed"],
    [{ order: "asc", limit: 2, after: "msg_b" }, "cd"],
    [{ order: "desc", limit: 2, after: "msg_d" }, "cb"],
    [{ order: "asc", limit: 2, before: "msg_d" }, "bc"],
    [{ order: "desc", limit: 2, before: "msg_b" }, "dc"],
    [{ order: "asc", limit: 10, before: "msg_c" }, "ab"],
    [{ order: "desc", limit: 10, before: "msg_c" }, "ed"],
    [{ order: "asc", limit: 10, after: "msg_a", before: "msg_e" }, "bcd"],
    [{ order: "desc", limit: 10, after: "msg_e", before: "msg_a" }, "dcb"],
    [{ order: "asc", limit: 2, after: "msg_a", before: "msg_e" }, "bc"],
    [{ order: "asc", limit: 10, after: "msg_e" }, ""],
    [{ order: "desc", limit: 10, after: "msg_a" }, ""],
    [{ order: "asc", limit: 10, before: "msg_a" }, ""],
    [{ order: "asc", limit: 10, after: "msg_d", before: "msg_b" }, ""],
  ];
  for (const [query, expected] of pages) {
    const { order, limit, after = "the start", before = "the end" } = query;
    it(`of ${limit} ${order} after ${after} before ${before} is ${expected || "empty"}`, async () => {
      assert.equal(await idsOf("message", { ...query, where }), expected);
    });
  }

  for (const order of ["asc", "desc"] as const) {
    it(`comes whole, page by page, ${order}`, async () => {
      const found: string[] = [];
      for (;;) {
        const after = found.at(-1);
        const page = await store.list("message", { where, order, limit: 2, ...(after ? { after } : {}) });
        if (page.length === 0) break;
        found.push(...page.map((stored) => stored.object.id));
      }
      assert.deepEqual(found, order === "asc" ? ids : ids.toReversed());
    });
  }

  it("keeps the order of insertion when an object has changed", async () => {
    const [first, second] = [sampleAssistant(), sampleAssistant()];
    await store.commit([insertAssistant(first), insertAssistant(second)]);
    const from = { object: first, version: 1 };
    await store.commit([{ replace: "assistant", from, object: first, internal: null }]);
    const listed = await store.list("assistant", { order: "asc", limit: 10 });
    assert.deepEqual(
      listed.map(({ object }) => object.id),
      [first.id, second.id],
    );
  });

  for (const param of ["after", "before"] as const) {
    it(`is refused for an unknown ${param}`, async () => {
      const query: ListQuery = { where, order: "asc", limit: 2, [param]: "msg_nowhere" };
      await assert.rejects(store.list("message", query), {
        conflict: { reason: "cursor", param, id: "msg_nowhere" },
      });
    });
  }

  it("is refused for a cursor of another list", async () => {
    const query: ListQuery = { where: { thread_id: "thread_b" }, order: "asc", limit: 2, after: "msg_a" };
    await assert.rejects(store.list("message", query), {
      conflict: { reason: "cursor", param: "after", id: "msg_a" },
    });
  });

  it("holds the objects whose columns all fit", async () => {
    const run = { thread_id: "thread_c", run_id: "run_c" };
    await store.commit([
      insertMessage(sampleMessage("thread_c", { id: "msg_x", run_id: "run_c" })),
      insertMessage(sampleMessage("thread_c", { id: "msg_y" })),
      insertMessage(sampleMessage("thread_d", { id: "msg_z", run_id: "run_c" })),
    ]);
    assert.equal(await idsOf("message", { where: run, order: "asc", limit: 10 }), "x");
    assert.equal(await idsOf("message", { where: { run_id: "run_c" }, order: "asc", limit: 10 }), "xz");
  });

  it("holds the objects whose column has one of several values", async () => {
    const [queued, failed, completed] = (["queued", "failed", "completed"] as const).map((status) =>
      sampleRun({ status }),
    );
    assert.ok(queued && failed && completed);
    await store.commit([insertRun(queued), insertRun(failed), insertRun(completed)]);
    const status = ["completed", "queued"];
    assert.equal(
      await idsOf("run", { where: { status }, order: "asc", limit: 10 }),
      queued.id + completed.id,
    );
  });

  it("is refused for a column that is none, whatever it says", async () => {
    const query: ListQuery = { where: { "1=1; --": "" }, order: "asc", limit: 1 };
    await assert.rejects(store.list("message", query), { code: "internal_error" });
  });
});
