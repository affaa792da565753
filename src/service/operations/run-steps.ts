import { contractError } from "../../contract/errors.ts";
import type { Handlers } from "./context.ts";
import { find, findInThread, page } from "./stored.ts";

export const runSteps: Handlers<"listRunSteps" | "getRunStep"> = {
  async listRunSteps({ store }, { thread_id, run_id, include: _, ...parameters }) {
    await findInThread(store, "run", run_id, thread_id);
    return page(store, "run_step", parameters, { run_id });
  },

  async getRunStep({ store }, { thread_id, run_id, step_id }) {
    await findInThread(store, "run", run_id, thread_id);
    const step = (await find(store, "run_step", step_id)).object;
    if (step.run_id !== run_id) throw contractError("run_step_not_found", { id: step_id });
    return step;
  },
};
