/** Whole objects of the contract for tests that need one in a certain state. */
import { newId } from "../../src/contract/ids.ts";
import type { Assistant, Message, Run, RunStep, RunToolCall, Thread } from "../../src/contract/objects.ts";
import { newAssistant, newMessage, newRun, newRunStep, newThread } from "../../src/service/objects.ts";
import type { RunInternal } from "../../src/service/store/kinds.ts";
import type { Change } from "../../src/service/store/store.ts";

/** Unix seconds: when everything here was made. */
export const MADE_AT = 1_700_000_000;

export const NO_USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
export const NEW_INTERNAL: RunInternal = { interruptions: 0, refusedRounds: 0, usage: NO_USAGE };

export const sampleAssistant = (name = "sample"): Assistant =>
  newAssistant({ model: "scripted", name }, MADE_AT);

export const sampleThread = (): Thread => newThread({}, MADE_AT);

export const sampleMessage = (threadId: string, fields: Partial<Message> = {}): Message => ({
  ...newMessage(threadId, { role: "user", content: "Hello" }, MADE_AT),
  ...fields,
});

export const sampleRun = (fields: Partial<Run> = {}): Run => ({
  ...newRun(newId("thread"), sampleAssistant(), { assistant_id: "" }, MADE_AT, 600),
  ...fields,
});

export const sampleCall = (id: string, name = "get_weather"): RunToolCall => ({
  id,
  type: "function",
  function: { name, arguments: "{}" },
});

/** A step of a run that waits for the outputs of these calls. */
export const sampleCallsStep = (run: Run, ids: string[]): RunStep => {
  const tool_calls = ids.map((id) => ({
    ...sampleCall(id),
    function: { ...sampleCall(id).function, output: null },
  }));
  return newRunStep(run, { type: "tool_calls", tool_calls }, MADE_AT);
};

export const sampleMessageStep = (run: Run, message: Message): RunStep =>
  newRunStep(run, { type: "message_creation", message_creation: { message_id: message.id } }, MADE_AT);

export const insertThread = (object: Thread): Change => ({ insert: "thread", object, internal: null });
export const insertAssistant = (object: Assistant): Change => ({
  insert: "assistant",
  object,
  internal: null,
});
export const insertMessage = (object: Message): Change => ({ insert: "message", object, internal: null });
export const insertRun = (object: Run, internal: Partial<RunInternal> = {}): Change => ({
  insert: "run",
  object,
  internal: { ...NEW_INTERNAL, ...internal },
});
export const insertStep = (object: RunStep): Change => ({ insert: "run_step", object, internal: null });
