import { contractError } from "../../contract/errors.ts";
import type { Request } from "../../contract/requests.ts";
import type { RunPlan, RunState } from "./run-change.ts";

type ToolOutputs = Request<"SubmitToolOutputs">["tool_outputs"];

const list = (ids: string[]) => ids.map((id) => `'${id}'`).join(", ");

/**
 * Takes the outputs of exactly the calls that the run waits for, each once.
 * @param now Unix seconds
 * @param workSeconds how long the run may work from now on; null where it may as long as it takes
 * @throws ContractError when the run waits for none, or for others
 */
export function planToolOutputs(
  { run, step }: RunState,
  outputs: ToolOutputs,
  now: number,
  workSeconds: number | null = null,
): RunPlan {
  const { status, required_action, expires_at } = run.object;
  if (status !== "requires_action" || !required_action || step?.object.step_details.type !== "tool_calls") {
    throw contractError("run_not_accepting_outputs", { status });
  }
  // Due, though the timer has not come to it yet.
  if (expires_at !== null && expires_at <= now) {
    throw contractError("run_not_accepting_outputs", { status: "expired" });
  }
  const expected = required_action.submit_tool_outputs.tool_calls.map((call) => call.id);
  const got = outputs.map((output) => output.tool_call_id ?? "");
  const byId = new Map(outputs.map((output) => [output.tool_call_id, output.output ?? ""]));
  if (got.length !== expected.length || !expected.every((id) => byId.has(id))) {
    throw contractError("tool_outputs_mismatch", { expected: list(expected), got: list(got) });
  }
  const calls = step.object.step_details.tool_calls.map((call) => {
    if (call.type !== "function") return call;
    const output = byId.get(call.id) ?? call.function.output;
    return { ...call, function: { ...call.function, output } };
  });
  const answered = {
    ...step.object,
    status: "completed",
    completed_at: now,
    step_details: { type: "tool_calls", tool_calls: calls },
  } as const;
  return {
    event: { name: "accept_outputs", expires_at: workSeconds === null ? expires_at : now + workSeconds },
    changes: [{ replace: "run_step", from: step, object: answered, internal: step.internal }],
  };
}
