import { type Model, ModelError, type ModelRequest } from "./model.ts";
import { REHEARSAL } from "./settings.ts";

/** A small question that needs what assistants need: an answer, from a model that may be offered functions. */
const QUESTION: ModelRequest = {
  model: REHEARSAL,
  instructions: "Answer with one word.",
  items: [{ type: "message", role: "user", content: [{ type: "text", text: "Are you there?" }] }],
  functions: [
    { name: "ring_bell", description: "Rings a bell.", parameters: { type: "object", properties: {} } },
  ],
  own_tools: [],
  tool_choice: "auto",
  parallel_tool_calls: true,
  response_format: "auto",
  reasoning_effort: null,
  temperature: null,
  top_p: null,
  max_completion_tokens: null,
};

/** How long the answer may take: a model on one's own machine may have to be loaded first. */
const LIMIT_MS = 120_000;

/**
 * Asks the model once. Resolves with what to say of it, rejects with what is wrong.
 * @param name who answers, as it is shown
 */
export async function checkModel(model: Model, name: string): Promise<string> {
  const late = new AbortController();
  const reason = new ModelError("server_error", `The model gave no answer within ${LIMIT_MS / 1000} s.`);
  const timer = setTimeout(() => late.abort(reason), LIMIT_MS);
  let tokens = "";
  try {
    for await (const event of model.generate(QUESTION, late.signal)) {
      if (event.type === "usage") tokens = `, ${event.usage.total_tokens} tokens`;
    }
  } finally {
    clearTimeout(timer);
  }
  return `the model answers (${name})${tokens}`;
}
