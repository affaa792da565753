/** Conversations with a model at a server: a real service, a real connection, the server's own shapes. */
import type { Run } from "../../../src/contract/objects.ts";
import type { Request } from "../../../src/contract/requests.ts";
import { openModel } from "../../../src/models/providers.ts";
import type { ServedModelSettings } from "../../../src/models/settings.ts";
import { freshService, messagesOf, startRun, textsOf, untilRunIs } from "../../service/running-service.ts";
import type { Dialect } from "./upstream/dialect.ts";
import { type Answer, startUpstream, written } from "./upstream/upstream.ts";

type Fields = Partial<ServedModelSettings>;

/** A service whose model is at a server that answers like this. */
export async function serviceWith(dialect: Dialect, answers: Answer[], fields: Fields = {}) {
  const upstream = await startUpstream(dialect, ...answers);
  const service = await freshService(await openModel(written(upstream.settings(fields))));
  return {
    ...service,
    upstream,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

export const question = { role: "user", content: "How is the weather?" } as const;

export type Service = Awaited<ReturnType<typeof serviceWith>>;

/** The run that this request ends as; each call is answered with the name of its function. */
export async function lead(
  service: Service,
  request: Partial<Request<"CreateThreadAndRun">> = {},
): Promise<Run> {
  let run = await startRun(service.api, { model: "rehearsal", ...request });
  for (;;) {
    run = await untilRunIs(service.api, run, "requires_action", "completed", "failed", "incomplete");
    if (run.status !== "requires_action") return run;
    const { thread_id, id, required_action } = run;
    const calls = required_action?.submit_tool_outputs.tool_calls ?? [];
    const tool_outputs = calls.map((call) => ({ tool_call_id: call.id, output: call.function.name }));
    await service.api.submitToolOutputsToRun({ thread_id, run_id: id, tool_outputs });
  }
}

export const said = async (service: Service, run: Run) => textsOf(await messagesOf(service.api, run));
