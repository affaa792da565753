import { newMessage, newThread } from "../objects.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import { ACTIVE_STATUSES } from "../store/kinds.ts";
import type { Change } from "../store/store.ts";
import type { Handlers } from "./context.ts";
import { expectFiles } from "./message-files.ts";
import { planThread } from "./planned-thread.ts";
import { find } from "./stored.ts";
import { planResources } from "./tool-resources.ts";

export const threads: Handlers<"createThread" | "getThread" | "updateThread" | "deleteThread"> = {
  async createThread(context, request) {
    const { store, indexer, now } = context;
    const { messages = [] } = request;
    const files = await expectFiles(context, messages);
    const fresh = newThread(request, now());
    const { thread, added, replaced } = await commitFresh(store, async () => {
      const result = await planThread(store, fresh, request, now());
      const changes: Change[] = [
        ...files,
        ...result.changes,
        ...messages.map((message): Change => {
          return { insert: "message", object: newMessage(fresh.id, message, now()), internal: null };
        }),
      ];
      return { result, changes };
    });
    indexer.enqueue(added);
    await indexer.forget(replaced);
    return thread;
  },

  async getThread({ store }, { thread_id }) {
    return (await find(store, "thread", thread_id)).object;
  },

  async updateThread({ store, now }, { thread_id, ...fields }) {
    await planResources(store, fields.tool_resources, null, now());
    return commitFresh(store, async () => {
      const from = await find(store, "thread", thread_id);
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
