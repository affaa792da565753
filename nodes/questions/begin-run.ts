import type { AssistantsApi, CallOptions, Parameters } from "../../src/contract/api.ts";
import type { Run } from "../../src/contract/objects.ts";

/** What is asked: of whom, where, and in which words. */
export interface Asked {
  assistantId: string;
  /** Undefined where the run is to make a thread. */
  threadId: string | undefined;
  /** Null where the thread's last message is the question already. */
  content: string | null;
  additionalInstructions: string;
}

/** Begins the run that answers: on the thread, with the question as a message of its own, in one write. */
export async function beginRun(api: AssistantsApi, asked: Asked, options: CallOptions): Promise<Run> {
  const { assistantId: assistant_id, threadId, content, additionalInstructions } = asked;
  const messages = content === null ? [] : [{ role: "user" as const, content }];
  if (threadId === undefined && additionalInstructions === "") {
    return api.createThreadAndRun({ assistant_id, thread: { messages } }, options);
  }
  // Only a run on a thread that is there can be given instructions beside the assistant's.
  const thread_id = threadId ?? (await api.createThread({}, options)).id;
  const parameters: Parameters<"createRun"> = { thread_id, assistant_id };
  if (messages.length > 0) parameters.additional_messages = messages;
  if (additionalInstructions !== "") parameters.additional_instructions = additionalInstructions;
  return api.createRun(parameters, options);
}
