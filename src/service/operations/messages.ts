import { contractError } from "../../contract/errors.ts";
import { newMessage } from "../objects.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import { StoreConflict } from "../store/store.ts";
import { attachToThread } from "./attachments.ts";
import type { Handlers } from "./context.ts";
import { expectFiles } from "./message-files.ts";
import { find, findInThread, page } from "./stored.ts";

export const messages: Handlers<
  "createMessage" | "listMessages" | "getMessage" | "updateMessage" | "deleteMessage"
> = {
  async createMessage(context, { thread_id, ...fields }) {
    const { store, indexer, now } = context;
    const message = newMessage(thread_id, fields, now());
    const files = await expectFiles(context, [fields]);
    try {
      const { added, replaced } = await commitFresh(store, async () => {
        const result = await attachToThread(store, thread_id, [fields], now());
        return {
          result,
          changes: [
            { expect: "thread", id: thread_id },
            { idle: thread_id },
            ...files,
            ...result.changes,
            { insert: "message", object: message, internal: null },
          ],
        };
      });
      indexer.enqueue(added);
      await indexer.forget(replaced);
    } catch (error) {
      if (!(error instanceof StoreConflict) || error.conflict.reason !== "busy") throw error;
      throw contractError("thread_locked", { ...error.conflict });
    }
    return message;
  },

  async listMessages({ store }, { thread_id, run_id, ...parameters }) {
    await find(store, "thread", thread_id);
    return page(store, "message", parameters, run_id === undefined ? { thread_id } : { thread_id, run_id });
  },

  async getMessage({ store }, { thread_id, message_id }) {
    return (await findInThread(store, "message", message_id, thread_id)).object;
  },

  updateMessage: ({ store }, { thread_id, message_id, ...fields }) =>
    commitFresh(store, async () => {
      const from = await findInThread(store, "message", message_id, thread_id);
      const result = { ...from.object, ...fields };
      return { result, changes: [{ replace: "message", from, object: result, internal: null }] };
    }),

  /** Any but the one that a run is writing: the run's end would have nowhere to put its answer. */
  async deleteMessage({ store }, { thread_id, message_id }) {
    const { object } = await findInThread(store, "message", message_id, thread_id);
    if (object.status === "in_progress") {
      throw contractError("message_in_progress", { id: message_id, run_id: object.run_id ?? "" });
    }
    await store.commit([{ delete: "message", id: message_id }]);
    return { id: message_id, object: "thread.message.deleted", deleted: true };
  },
};
