import { newAssistant } from "../objects.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import type { Handlers } from "./context.ts";
import { find, page } from "./stored.ts";
import { checkToolResources } from "./tool-resources.ts";

export const assistants: Handlers<
  "createAssistant" | "listAssistants" | "getAssistant" | "updateAssistant" | "deleteAssistant"
> = {
  async createAssistant(context, parameters) {
    await checkToolResources(context, parameters.tool_resources);
    const assistant = newAssistant(parameters, context.now());
    await context.store.commit([{ insert: "assistant", object: assistant, internal: null }]);
    return assistant;
  },

  listAssistants: ({ store }, parameters) => page(store, "assistant", parameters, {}),

  async getAssistant({ store }, { assistant_id }) {
    return (await find(store, "assistant", assistant_id)).object;
  },

  async updateAssistant(context, { assistant_id, ...fields }) {
    await checkToolResources(context, fields.tool_resources);
    return commitFresh(context.store, async () => {
      const from = await find(context.store, "assistant", assistant_id);
      const result = { ...from.object, ...fields };
      return { result, changes: [{ replace: "assistant", from, object: result, internal: null }] };
    });
  },

  async deleteAssistant({ store }, { assistant_id }) {
    await store.commit([{ delete: "assistant", id: assistant_id }]);
    return { id: assistant_id, object: "assistant.deleted", deleted: true };
  },
};
