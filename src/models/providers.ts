import type { Model } from "./model.ts";
import { modelSettings, type WrittenModelSettings } from "./settings.ts";

/**
 * The model that the settings name. What is heavy is loaded with its first answer.
 * Rejects with `invalid_value` and `invalid_base_url`.
 */
export async function openModel(written: WrittenModelSettings): Promise<Model> {
  const settings = modelSettings(written);
  if (settings.provider === "rehearsal") {
    const { createRehearsal } = await import("./rehearsal/rehearsal.ts");
    return createRehearsal({ pace: settings.pace });
  }
  const { createServedModel } = await import("./openai/served-model.ts");
  return createServedModel(settings);
}
