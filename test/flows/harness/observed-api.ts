/** The API as it is, telling of the runs that are begun. */
import type {
  AnswerMethods,
  AssistantsApi,
  Method,
  StreamMethod,
  StreamMethods,
} from "../../../src/contract/api.ts";
import type { StreamEvent } from "../../../src/contract/events.ts";
import { implementApi } from "../../../src/contract/implement.ts";
import type { AnswerName, StreamName } from "../../../src/contract/operations.ts";

/** Where a run is found. */
export interface BegunRun {
  thread_id: string;
  run_id: string;
}

export function observedApi(api: AssistantsApi, onRun: (run: BegunRun) => void): AssistantsApi {
  const answers: AnswerMethods = api;
  const streams: StreamMethods = api;
  return implementApi(
    <Name extends AnswerName>(name: Name): Method<Name> => {
      return async (parameters, options) => {
        const answer = await answers[name](parameters, options);
        const begins = name === "createRun" || name === "createThreadAndRun";
        if (begins && "thread_id" in answer)
          onRun({ thread_id: String(answer.thread_id), run_id: answer.id });
        return answer;
      };
    },
    <Name extends StreamName>(name: Name): StreamMethod<Name> => {
      return async function* (parameters, options) {
        const events: AsyncIterable<StreamEvent> = streams[name](parameters, options);
        for await (const event of events) {
          if (event.event === "thread.run.created") {
            onRun({ thread_id: event.data.thread_id, run_id: event.data.id });
          }
          yield event;
        }
      };
    },
  );
}
