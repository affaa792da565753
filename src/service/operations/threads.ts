import { newMessage, newThread } from "../objects.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import { ACTIVE_STATUSES } from "../store/kinds.ts";
import type { Change } from "../store/store.ts";
import type { Handlers } from "./context.ts";
import { expectFiles } from "./message-files.ts";
import { find } from "./stored.ts";
import { checkToolResources } from "./tool-resources.ts";

export const threads: Handlers<"createThread" | "getThread" | "updateThread" | "deleteThread"> = {
  async createThread(context, { messages = [], ...fields }) {
    await checkToolResources(context, fields.tool_resources);
    const files = await expectFiles(context, messages);
    const thread = newThread(fields, context.now());
    await context.store.commit([
      ...files,
      { insert: "thread", object: thread, internal: null },
      ...messages.map((message): Change => {
        return { insert: "message", object: newMessage(thread.id, message, context.now()), internal: null };
      }),
    ]);
    return thread;
  },

  async getThread({ store }, { thread_id }) {
    return (await find(store, "thread", thread_id)).object;
  },

  async updateThread(context, { thread_id, ...fields }) {
    await checkToolResources(context, fields.tool_resources);
    return commitFresh(context.store, async () => {
      const from = await find(context.store, "thread", thread_id);
      const result = { ...from.object, ...fields };
      return { result, changes: [{ replace: "thread", from, object: result, internal: null }] };
    });
  },

  /** Its active run, if there is one, goes with it and its model is stopped. */
  async deleteThread({ store, executor }, { thread_id }) {
    const where = { thread_id, status: ACTIVE_STATUSES };
    const active = await store.list("run", { where, limit: 1, order: "desc" });
    await store.commit([{ delete: "thread", id: thread_id }]);
    for (const run of active) executor.forget(run.object.id);
    return { id: thread_id, object: "thread.deleted", deleted: true };
  },
};
