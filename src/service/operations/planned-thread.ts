import type { Thread } from "../../contract/objects.ts";
import type { Request } from "../../contract/requests.ts";
import type { Change, Store } from "../store/store.ts";
import { attach } from "./attachments.ts";
import { planResources, THREAD_STORE_EXPIRY } from "./tool-resources.ts";

/**
 * A new thread with the vector store that its resources or its messages' files make, and what writes them.
 * @param now Unix seconds
 */
export async function planThread(
  store: Store,
  thread: Thread,
  { tool_resources, messages = [] }: Request<"CreateThread">,
  now: number,
): Promise<{ thread: Thread; changes: Change[]; added: string[]; replaced: string[] }> {
  const planned = await planResources(store, tool_resources, THREAD_STORE_EXPIRY, now);
  const fresh = { ...thread, tool_resources: planned.resources };
  const made = planned.changes.length > 0 ? planned.added : null;
  const attached = await attach(store, fresh, messages, made, now);
  return {
    thread: attached.thread,
    changes: [
      { insert: "thread", object: attached.thread, internal: null },
      ...planned.changes,
      ...attached.changes,
    ],
    added: [...planned.added, ...attached.added],
    replaced: attached.replaced,
  };
}
