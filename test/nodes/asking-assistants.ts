/** Models that call the flow's functions, and what becomes of the runs that they answer. */
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { FunctionTool, Run } from "../../src/contract/objects.ts";
import type { ModelRequest } from "../../src/models/model.ts";
import { calls, type Script, says } from "../scripted-model.ts";

export const tool = (name: string): FunctionTool => ({ type: "function", function: { name } });

/** What the tools told the model, oldest first. */
export function outputsIn(request: ModelRequest | undefined): string[] {
  return (request?.items ?? []).flatMap((item) => (item.type === "tool_output" ? [item.output] : []));
}

/** Calls its assistant's first function whenever it is asked, and never says a word. */
export const callsForEver: Script = (request, signal) =>
  calls({ name: request.functions[0]?.name ?? "", arguments: '{"city":"Köln"}' })(request, signal);

/** Calls its assistant's first function, then says what it was told. */
export const callsOnce: Script = (request, signal) => {
  const last = request.items.at(-1);
  const script = last?.type === "tool_output" ? says(last.output) : callsForEver;
  return script(request, signal);
};

/** Answers for each assistant, which is known by its instructions, as its script says. */
export const each =
  (scripts: Record<string, Script>): Script =>
  (request, signal) => {
    const script = scripts[request.instructions];
    if (!script) throw new Error(`There is no script for ${request.instructions}.`);
    return script(request, signal);
  };

const WORKING = ["queued", "in_progress", "cancelling"];

/** Notes the runs that are made from now on. */
export class StartedRuns {
  readonly #api: AssistantsApi;
  readonly #runs: Run[] = [];

  constructor(api: AssistantsApi) {
    this.#api = api;
    const { createRun } = api;
    api.createRun = (parameters, options) => this.#note(createRun(parameters, options));
  }

  /** How each stands when no model works for it any more, oldest first. */
  async statuses(): Promise<string[]> {
    const ended = this.#runs.map(async ({ id: run_id, thread_id }) => {
      for (;;) {
        const { status } = await this.#api.getRun({ run_id, thread_id });
        if (!WORKING.includes(status)) return status;
      }
    });
    return Promise.all(ended);
  }

  async #note(made: Promise<Run>): Promise<Run> {
    const run = await made;
    this.#runs.push(run);
    return run;
  }
}
