import assert from "node:assert/strict";
import type { Page } from "../../src/contract/objects.ts";
import { calls, says } from "../scripted-model.ts";
import { assertRejects, callUnchecked } from "./rejections.ts";
import { atRest, openCalls } from "./run-progress.ts";
import { functionTools, ModelsByName, type Subject } from "./subject.ts";

const LIST_EMPTY = { object: "list", data: [], first_id: null, last_id: null, has_more: false };

/** A thread with that many messages, whose ids come in the order of creation. */
async function threadWith(subject: Subject, count: number) {
  const { id: thread_id } = await subject.api.createThread({
    messages: Array.from({ length: count }, (_, index) => ({ role: "user", content: String(index) })),
  });
  const { data } = await subject.api.listMessages({ thread_id, order: "asc", limit: 100 });
  return { thread_id, ids: data.map((message) => message.id) };
}

const idsOf = (page: Page<{ id: string }>) => page.data.map((item) => item.id);

export function pagingSuite(subject: Subject): void {
  it("answers with an empty page where there is nothing", async () => {
    await using opened = await subject.implementation.open(new ModelsByName());
    const { id: thread_id } = await opened.api.createThread({});
    assert.deepEqual(await opened.api.listAssistants({}), LIST_EMPTY);
    assert.deepEqual(await opened.api.listMessages({ thread_id }), LIST_EMPTY);
    assert.deepEqual(await opened.api.listRuns({ thread_id }), LIST_EMPTY);
  });

  it("lists twenty, newest first, where nothing else is asked for", async () => {
    const { thread_id, ids } = await threadWith(subject, 21);
    const page = await subject.api.listMessages({ thread_id });
    assert.deepEqual(idsOf(page), ids.toReversed().slice(0, 20));
    assert.deepEqual([page.first_id, page.last_id, page.has_more], [ids[20], ids[1], true]);
  });

  it("lists the oldest first when asked to", async () => {
    const { thread_id, ids } = await threadWith(subject, 3);
    const page = await subject.api.listMessages({ thread_id, order: "asc" });
    assert.deepEqual(idsOf(page), ids);
    assert.deepEqual([page.first_id, page.last_id, page.has_more], [ids[0], ids[2], false]);
  });

  it("has no more when the page holds just all", async () => {
    const { thread_id, ids } = await threadWith(subject, 3);
    const page = await subject.api.listMessages({ thread_id, limit: 3 });
    assert.deepEqual([idsOf(page), page.has_more], [ids.toReversed(), false]);
  });

  for (const order of ["asc", "desc"] as const) {
    it(`leads through everything once by after, ${order}`, async () => {
      const { thread_id, ids } = await threadWith(subject, 7);
      const seen: string[] = [];
      let page = await subject.api.listMessages({ thread_id, order, limit: 3 });
      seen.push(...idsOf(page));
      while (page.has_more) {
        page = await subject.api.listMessages({ thread_id, order, limit: 3, after: page.last_id ?? "" });
        seen.push(...idsOf(page));
      }
      assert.deepEqual(seen, order === "asc" ? ids : ids.toReversed());
    });

    it(`leads back by before, ${order}`, async () => {
      const { thread_id, ids } = await threadWith(subject, 7);
      const ordered = order === "asc" ? ids : ids.toReversed();
      const list = (before: string | undefined) =>
        subject.api.listMessages({ thread_id, order, limit: 3, before: before ?? "" });
      const last = await list(ordered[6]);
      assert.deepEqual([idsOf(last), last.has_more], [ordered.slice(3, 6), true]);
      const first = await list(ordered[3]);
      assert.deepEqual([idsOf(first), first.has_more], [ordered.slice(0, 3), false]);
    });

    it(`lists what lies between after and before, ${order}`, async () => {
      const { thread_id, ids } = await threadWith(subject, 7);
      const ordered = order === "asc" ? ids : ids.toReversed();
      const cursors = { after: ordered[1] ?? "", before: ordered[5] ?? "" };
      const page = await subject.api.listMessages({ thread_id, order, ...cursors });
      assert.deepEqual([idsOf(page), page.has_more], [ordered.slice(2, 5), false]);
    });
  }

  it("answers with an empty page after the last and before the first", async () => {
    const { thread_id, ids } = await threadWith(subject, 2);
    const list = (cursor: { after?: string; before?: string }) =>
      subject.api.listMessages({ thread_id, order: "asc", ...cursor });
    assert.deepEqual(await list({ after: ids[1] ?? "" }), LIST_EMPTY);
    assert.deepEqual(await list({ before: ids[0] ?? "" }), LIST_EMPTY);
  });

  it("keeps its pages while new rows come in", async () => {
    const { thread_id, ids } = await threadWith(subject, 4);
    const first = await subject.api.listMessages({ thread_id, limit: 2 });
    await subject.api.createMessage({ thread_id, role: "user", content: "new" });
    const second = await subject.api.listMessages({ thread_id, limit: 2, after: first.last_id ?? "" });
    assert.deepEqual([...idsOf(first), ...idsOf(second)], ids.toReversed());
    assert.equal(second.has_more, false);
  });

  for (const order of ["asc", "desc"] as const) {
    it(`keeps its pages while other rows are deleted, ${order}`, async () => {
      const { thread_id, ids } = await threadWith(subject, 6);
      const ordered = order === "asc" ? ids : ids.toReversed();
      const first = await subject.api.listMessages({ thread_id, order, limit: 2 });
      for (const message_id of [ordered[0] ?? "", ordered[3] ?? ""]) {
        await subject.api.deleteMessage({ thread_id, message_id });
      }
      const second = await subject.api.listMessages({ thread_id, order, after: first.last_id ?? "" });
      assert.deepEqual([idsOf(second), second.has_more], [[ordered[2], ordered[4], ordered[5]], false]);
    });
  }

  for (const order of ["asc", "desc"] as const) {
    it(`goes on behind what was read and deleted, ${order}`, async () => {
      const { thread_id, ids } = await threadWith(subject, 5);
      const seen: string[] = [];
      let after: string | undefined;
      for (;;) {
        const page = await subject.api.listMessages({ thread_id, order, limit: 2, ...(after && { after }) });
        for (const message_id of idsOf(page)) await subject.api.deleteMessage({ thread_id, message_id });
        seen.push(...idsOf(page));
        if (!page.has_more || page.last_id === null) break;
        after = page.last_id;
      }
      assert.deepEqual(seen, order === "asc" ? ids : ids.toReversed());
      assert.deepEqual(await subject.api.listMessages({ thread_id }), LIST_EMPTY);
    });
  }

  it("pages assistants", async () => {
    const created: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      created.unshift((await subject.api.createAssistant({ model: "m" })).id);
    }
    const first = await subject.api.listAssistants({ limit: 2 });
    const second = await subject.api.listAssistants({ limit: 1, after: first.last_id ?? "" });
    assert.deepEqual([...idsOf(first), ...idsOf(second)], created);
  });

  it("pages runs", async () => {
    const { thread_id, run } = await subject.scene();
    const first = await atRest(subject.api, await run());
    const second = await atRest(subject.api, await run());
    const page = await subject.api.listRuns({ thread_id, limit: 1 });
    const next = await subject.api.listRuns({ thread_id, limit: 1, after: second.id });
    assert.deepEqual([idsOf(page), page.has_more], [[second.id], true]);
    assert.deepEqual([idsOf(next), next.has_more], [[first.id], false]);
  });

  it("pages run steps", async () => {
    const { thread_id, run } = await subject.scene([calls({ name: "f" }), says("Done")], {
      tools: functionTools("f"),
    });
    const waiting = await atRest(subject.api, await run());
    const run_id = waiting.id;
    const [tool_call_id = ""] = openCalls(waiting);
    const tool_outputs = [{ tool_call_id, output: "1" }];
    await atRest(subject.api, await subject.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs }));
    const first = await subject.api.listRunSteps({ thread_id, run_id, limit: 1 });
    const next = await subject.api.listRunSteps({ thread_id, run_id, limit: 1, after: first.last_id ?? "" });
    assert.deepEqual(
      [first, next].map((page) => [page.data[0]?.type, page.has_more]),
      [
        ["message_creation", true],
        ["tool_calls", false],
      ],
    );
  });

  it("pages the messages of one run", async () => {
    const { thread_id, run } = await subject.scene();
    const { id: run_id } = await atRest(subject.api, await run());
    await subject.api.createMessage({ thread_id, role: "user", content: "after the run" });
    const page = await subject.api.listMessages({ thread_id, run_id, limit: 1 });
    assert.deepEqual([page.data[0]?.role, page.has_more], ["assistant", false]);
  });

  for (const param of ["after", "before"] as const) {
    it(`refuses a cursor in ${param} that is not in the list`, async () => {
      const { thread_id } = await threadWith(subject, 1);
      const { ids } = await threadWith(subject, 1);
      for (const value of [ids[0] ?? "", "msg_none", ""]) {
        await assertRejects(subject.api.listMessages({ thread_id, [param]: value }), {
          code: "invalid_cursor",
          message: `Invalid '${param}': '${value}' is not in this list.`,
          param,
          wireCode: "invalid_value",
        });
      }
    });
  }

  for (const limit of ["1", "100"]) {
    it(`takes the limit ${limit} as text`, async () => {
      const { thread_id, ids } = await threadWith(subject, 2);
      const page = await callUnchecked(subject.api, "listMessages", { thread_id, limit });
      const expected = await subject.api.listMessages({ thread_id, limit: Number(limit) });
      assert.deepEqual(page, expected);
      assert.equal(expected.data.length, Math.min(Number(limit), ids.length));
    });
  }
}
