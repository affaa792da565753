import { contractError } from "../../contract/errors.ts";
import type { Run } from "../../contract/objects.ts";
import type { Request } from "../../contract/requests.ts";
import { newMessage, newRun, newThread, type RunRequest } from "../objects.ts";
import { canHappen } from "../runs/machine.ts";
import { changeRun, type RunState } from "../runs/run-change.ts";
import { planToolOutputs } from "../runs/tool-outputs.ts";
import { commitFresh } from "../store/commit-fresh.ts";
import type { RunInternal } from "../store/kinds.ts";
import type { Change } from "../store/store.ts";
import { attachToThread } from "./attachments.ts";
import type { Handlers, OperationContext } from "./context.ts";
import { expectFiles } from "./message-files.ts";
import { planThread } from "./planned-thread.ts";
import { find, findInThread, page } from "./stored.ts";
import { planResources } from "./tool-resources.ts";

const NO_USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

export const runs: Handlers<
  | "createRun"
  | "createThreadAndRun"
  | "listRuns"
  | "getRun"
  | "updateRun"
  | "cancelRun"
  | "submitToolOutputsToRun"
> = {
  async createRun(context, { thread_id, additional_messages, include, ...request }) {
    const messages = additional_messages ?? [];
    const { store, now, follow } = context;
    const including = { ...context, follow: (run: Run) => follow(run, include) };
    return begin(including, thread_id, request, messages, null, async () => {
      const attached = await attachToThread(store, thread_id, messages, now());
      const first: Change[] = [{ expect: "thread", id: thread_id }, { idle: thread_id }];
      return { ...attached, changes: [...first, ...attached.changes] };
    });
  },

  async createThreadAndRun(context, { thread: given = {}, tool_resources, ...request }) {
    const { store, now } = context;
    const { resources } = await planResources(store, tool_resources, null, now());
    const fresh = newThread(given, now());
    const stores = tool_resources ? (resources.file_search?.vector_store_ids ?? []) : null;
    return begin(context, fresh.id, request, given.messages ?? [], stores, () =>
      planThread(store, fresh, given, now()),
    );
  },

  async listRuns({ store }, { thread_id, ...parameters }) {
    await find(store, "thread", thread_id);
    return page(store, "run", parameters, { thread_id });
  },

  async getRun({ store }, { thread_id, run_id }) {
    return (await findInThread(store, "run", run_id, thread_id)).object;
  },

  /** In any state, an ended one too; what the run does goes on. */
  updateRun: ({ store }, { thread_id, run_id, ...fields }) =>
    commitFresh(store, async () => {
      const from = await findInThread(store, "run", run_id, thread_id);
      const result = { ...from.object, ...fields };
      return { result, changes: [{ replace: "run", from, object: result, internal: from.internal }] };
    }),

  async cancelRun(context, { thread_id, run_id }) {
    const run = await changeOwn(context, thread_id, run_id, ({ run }) => {
      if (canHappen(run.object, "cancel")) return { event: { name: "cancel" } };
      throw contractError("run_not_cancellable", { status: run.object.status });
    });
    context.executor.cancel(run_id);
    return run;
  },

  async submitToolOutputsToRun(context, { thread_id, run_id, tool_outputs }) {
    context.follow({ id: run_id, thread_id });
    const run = await changeOwn(context, thread_id, run_id, (state) =>
      planToolOutputs(state, tool_outputs, context.now(), context.limits.workSeconds),
    );
    context.executor.enqueue(run);
    return run;
  },
};

/** What has to be written before a run, and which files are indexed or forgotten then. */
interface Before {
  changes: Change[];
  added: string[];
  replaced: string[];
}

/**
 * Writes the run with its messages, and what has to come before, as one unit of work.
 * @param stores the vector stores that it searches instead of its assistant's
 */
async function begin(
  context: OperationContext,
  threadId: string,
  request: RunRequest,
  messages: Request<"CreateMessage">[],
  stores: string[] | null,
  before: () => Promise<Before>,
): Promise<Run> {
  const { store, executor, indexer, now, limits, follow } = context;
  const assistant = (await find(store, "assistant", request.assistant_id)).object;
  const files = await expectFiles(context, messages);
  const run = newRun(threadId, assistant, request, now(), limits.workSeconds ?? limits.actionSeconds);
  const searched = stores ?? assistant.tool_resources?.file_search?.vector_store_ids ?? [];
  const internal: RunInternal = { interruptions: 0, refusedRounds: 0, usage: NO_USAGE };
  if (searched.length > 0) internal.stores = searched;
  follow(run);
  const { added, replaced } = await commitFresh(store, async () => {
    const result = await before();
    const changes: Change[] = [
      ...result.changes,
      ...files,
      ...messages.map((message): Change => {
        return { insert: "message", object: newMessage(threadId, message, now()), internal: null };
      }),
      { insert: "run", object: run, internal },
    ];
    return { result, changes };
  });
  indexer.enqueue(added);
  await indexer.forget(replaced);
  executor.enqueue(run);
  return run;
}

async function changeOwn(
  { store, now }: OperationContext,
  threadId: string,
  runId: string,
  decide: Parameters<typeof changeRun>[3],
): Promise<Run> {
  const run = await changeRun(store, runId, now, (state: RunState) => {
    if (state.run.object.thread_id !== threadId) throw contractError("run_not_found", { id: runId });
    return decide(state);
  });
  if (!run) throw contractError("run_not_found", { id: runId });
  return run;
}
