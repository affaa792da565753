import { contractError } from "../../contract/errors.ts";
import type { Thread } from "../../contract/objects.ts";
import type { Request } from "../../contract/requests.ts";
import { isExpired } from "../expired.ts";
import type { Change, Store } from "../store/store.ts";
import { addFiles } from "../vector-stores/add-files.ts";
import { active, alive, newVectorStore } from "../vector-stores/new-objects.ts";
import { storeFileId } from "../vector-stores/shown.ts";
import { THREAD_STORE_EXPIRY } from "./tool-resources.ts";

type NewMessage = Request<"CreateMessage">;

/** What the files that come with messages write: their thread has them in its vector store. */
export interface Attached {
  thread: Thread;
  /** Without the thread itself, which changes where its vector store is new. */
  changes: Change[];
  added: string[];
  replaced: string[];
}

/** The files that are to be searched. Throws what is wrong with an attachment. */
function searchedFiles(messages: readonly NewMessage[]): string[] {
  return messages.flatMap(({ attachments }) =>
    (attachments ?? []).flatMap(({ file_id, tools = [] }, index) => {
      if (tools.some(({ type }) => type === "code_interpreter")) {
        const param = `attachments[${index}].tools`;
        throw contractError("invalid_value", {
          param,
          reason: "files can be attached for file_search alone",
        });
      }
      if (tools.length === 0) return [];
      if (file_id !== undefined) return [file_id];
      throw contractError("missing_required_parameter", { param: `attachments[${index}].file_id` });
    }),
  );
}

/** Whether messages bring files along. Throws what is wrong with an attachment. */
export const bringFiles = (messages: readonly NewMessage[]) => searchedFiles(messages).length > 0;

/**
 * Adds the files of messages to their thread's vector store; where there is none, or it is gone or expired, to one
 * that is made. Throws `file_not_found`.
 * @param made what is added to a vector store that is made with the thread; null where none is made
 * @param now Unix seconds
 */
export async function attach(
  store: Store,
  thread: Thread,
  messages: readonly NewMessage[],
  made: readonly string[] | null,
  now: number,
): Promise<Attached> {
  const files = searchedFiles(messages).map((file_id) => ({ file_id }));
  if (files.length === 0) return { thread, changes: [], added: [], replaced: [] };
  const [own] = thread.tool_resources?.file_search?.vector_store_ids ?? [];
  if (own !== undefined && made) {
    const others = files.filter(({ file_id }) => !made.includes(storeFileId(own, file_id)));
    return { thread, ...(await addFiles(store, own, others, null, now)) };
  }
  const from = own === undefined ? null : await store.get("vector_store", own);
  if (from && !isExpired(from.object, now)) {
    const added = await addFiles(store, from.object.id, files, null, now);
    const object = active(from.object, now);
    const kept: Change = { replace: "vector_store", from, object, internal: alive(object) };
    return { thread, ...added, changes: [kept, ...added.changes] };
  }
  const object = newVectorStore({ expires_after: THREAD_STORE_EXPIRY }, now);
  const added = await addFiles(store, object.id, files, null, now);
  const file_search = { vector_store_ids: [object.id] };
  return {
    ...added,
    thread: { ...thread, tool_resources: { ...thread.tool_resources, file_search } },
    changes: [{ insert: "vector_store", object, internal: alive(object) }, ...added.changes],
  };
}

/** The same for a thread that is there; what is written then changes it, too. */
export async function attachToThread(
  store: Store,
  threadId: string,
  messages: readonly NewMessage[],
  now: number,
): Promise<Omit<Attached, "thread">> {
  const from = bringFiles(messages) ? await store.get("thread", threadId) : null;
  // Where there is no thread, what is written expects one and says so.
  if (!from) return { changes: [], added: [], replaced: [] };
  const { thread, changes, ...rest } = await attach(store, from.object, messages, null, now);
  if (thread === from.object) return { changes, ...rest };
  return { changes: [{ replace: "thread", from, object: thread, internal: null }, ...changes], ...rest };
}
