/** The API as it is, telling of the runs that are begun. */
import type { AssistantsApi, CallOptions, Method, Parameters } from "../../../src/contract/api.ts";
import { implementApi } from "../../../src/contract/implement.ts";
import type { OperationName } from "../../../src/contract/operations.ts";

/** Where a run is found. */
export interface BegunRun {
  thread_id: string;
  run_id: string;
}

export function observedApi(api: AssistantsApi, onRun: (run: BegunRun) => void): AssistantsApi {
  return implementApi(<Name extends OperationName>(name: Name): Method<Name> => {
    return async (parameters: Parameters<Name>, options?: CallOptions) => {
      const answer = await api[name](parameters, options);
      const begins = name === "createRun" || name === "createThreadAndRun";
      if (begins && "thread_id" in answer) onRun({ thread_id: String(answer.thread_id), run_id: answer.id });
      return answer;
    };
  });
}
