import { newAssistant } from "../objects.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import type { Handlers } from "./context.ts";
import { find, page } from "./stored.ts";
import { planResources } from "./tool-resources.ts";

export const assistants: Handlers<
  "createAssistant" | "listAssistants" | "getAssistant" | "updateAssistant" | "deleteAssistant"
> = {
  async createAssistant({ store, indexer, now }, { tool_resources, ...parameters }) {
    const { resources, changes, added } = await planResources(store, tool_resources, null, now());
    const assistant = { ...newAssistant(parameters, now()), tool_resources: resources };
    await store.commit([...changes, { insert: "assistant", object: assistant, internal: null }]);
    indexer.enqueue(added);
    return assistant;
  },

  listAssistants: ({ store }, parameters) => page(store, "assistant", parameters, {}),

  async getAssistant({ store }, { assistant_id }) {
    return (await find(store, "assistant", assistant_id)).object;
  },

  async updateAssistant({ store, now }, { assistant_id, ...fields }) {
    await planResources(store, fields.tool_resources, null, now());
    return commitFresh(store, async () => {
      const from = await find(store, "assistant", assistant_id);
      const result = { ...from.object, ...fields };
      return { result, changes: [{ replace: "assistant", from, object: result, internal: null }] };
    });
  },

  async deleteAssistant({ store }, { assistant_id }) {
    await store.commit([{ delete: "assistant", id: assistant_id }]);
    return { id: assistant_id, object: "assistant.deleted", deleted: true };
  },
};
