import type { Model } from "./model.ts";
import type { ModelSettings } from "./settings.ts";

/** The model that the settings name. What it needs is loaded now, or, where that is heavy, with its first answer. */
export async function openModel(settings: ModelSettings): Promise<Model> {
  if (settings.provider === "rehearsal") {
    const { createRehearsal } = await import("./rehearsal/rehearsal.ts");
    return createRehearsal({ pace: settings.pace });
  }
  const { createServedModel } = await import("./openai/served-model.ts");
  return createServedModel(settings);
}
