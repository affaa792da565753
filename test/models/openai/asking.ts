/** One question to a model at a server of the test. */
import { ModelError, type ModelEvent, type ModelItem, type ModelRequest } from "../../../src/models/model.ts";
import { openModel } from "../../../src/models/providers.ts";
import type { ServedModelSettings } from "../../../src/models/settings.ts";
import { addToAnswer, emptyAnswer, type ModelAnswer } from "../../../src/service/runs/model-answer.ts";
import type { Dialect } from "./upstream/dialect.ts";
import { type Answer, type Seen, startUpstream, written } from "./upstream/upstream.ts";

export const question = (text = "Hello"): ModelItem => ({
  type: "message",
  role: "user",
  content: [{ type: "text", text }],
});

export const request = (fields: Partial<ModelRequest> = {}): ModelRequest => ({
  model: "rehearsal",
  instructions: "",
  items: [question()],
  functions: [{ name: "get_weather" }, { name: "get_time" }],
  own_tools: [],
  tool_choice: "auto",
  parallel_tool_calls: true,
  response_format: "auto",
  reasoning_effort: null,
  temperature: null,
  top_p: null,
  max_completion_tokens: null,
  ...fields,
});

export interface Outcome extends ModelAnswer {
  events: ModelEvent[];
  seen: Seen[];
  /** What the model threw, where it did. */
  error: ModelError | null;
}

/** What the model makes of these answers of its server. */
export async function ask(
  dialect: Dialect,
  answers: Answer[],
  fields: Partial<ServedModelSettings> = {},
  asked: Partial<ModelRequest> = {},
): Promise<Outcome> {
  await using upstream = await startUpstream(dialect, ...answers);
  const model = await openModel(written(upstream.settings(fields)));
  const answer = emptyAnswer();
  const events: ModelEvent[] = [];
  let error: ModelError | null = null;
  try {
    for await (const event of model.generate(request(asked), new AbortController().signal)) {
      events.push(event);
      addToAnswer(answer, event);
    }
  } catch (thrown) {
    if (!(thrown instanceof ModelError)) throw thrown;
    error = thrown;
  }
  return { ...answer, events, seen: upstream.seen, error };
}
