import { contractError } from "../../contract/errors.ts";
import type { RunStep } from "../../contract/objects.ts";
import { withContents } from "../runs/step-contents.ts";
import type { Handlers } from "./context.ts";
import { find, findInThread, storedPage } from "./stored.ts";

export const runSteps: Handlers<"listRunSteps" | "getRunStep"> = {
  async listRunSteps({ store }, { thread_id, run_id, include = [], ...parameters }) {
    await findInThread(store, "run", run_id, thread_id);
    const { data, ...rest } = await storedPage(store, "run_step", parameters, { run_id });
    return {
      ...rest,
      data: data.map((step) => shown(include.length > 0 ? withContents(step) : step.object)),
    };
  },

  async getRunStep({ store }, { thread_id, run_id, step_id, include = [] }) {
    await findInThread(store, "run", run_id, thread_id);
    const step = await find(store, "run_step", step_id);
    if (step.object.run_id !== run_id) throw contractError("run_step_not_found", { id: step_id });
    return shown(include.length > 0 ? withContents(step) : step.object);
  },
};

/** What a step has used is known from its first moment, and shown from its end on. */
function shown(step: RunStep): RunStep {
  return step.status === "in_progress" ? { ...step, usage: null } : step;
}
