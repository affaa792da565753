import type { Parameters } from "../../src/contract/api.ts";
import type { Assistant } from "../../src/contract/objects.ts";
import type { EnsuredKind } from "./ensured.ts";

export type AssistantDefinition = Omit<Parameters<"createAssistant">, "metadata">;

/** Assistants that exist once for their node. */
export const ensuredAssistants: EnsuredKind<AssistantDefinition, Assistant> = {
  list: (api, query, options) => api.listAssistants(query, options),
  get: (api, assistant_id, options) => api.getAssistant({ assistant_id }, options),
  create: (api, described, options) => api.createAssistant(described, options),
  update: (api, assistant_id, described, options) =>
    api.updateAssistant({ ...described, assistant_id }, options),
  remove: (api, assistant_id, options) => api.deleteAssistant({ assistant_id }, options),
  isUsable: () => true,
};
