import { contractError } from "../../contract/errors.ts";
import type { Handlers } from "./context.ts";

export const models: Handlers<"listModels" | "getModel"> = {
  async listModels({ models }) {
    return { object: "list", data: [...models] };
  },

  async getModel({ models }, { model }) {
    const found = models.find(({ id }) => id === model);
    if (!found) throw contractError("model_not_found", { id: model });
    return found;
  },
};
