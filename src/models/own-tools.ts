import { ModelError, type ModelRequest } from "./model.ts";

const TOLD = "You have no code interpreter and cannot run code. Where an answer would need it, say so.";

/**
 * The request for a model that has no tools of its own: it is told so.
 * Throws a `ModelError` where the run demands that one be used.
 */
export function withoutOwnTools(request: ModelRequest): ModelRequest {
  const { own_tools, tool_choice, instructions } = request;
  if (typeof tool_choice === "object" && tool_choice.type === "code_interpreter") {
    const hint = "leave tool_choice out, or let a model of OpenAI or Azure OpenAI answer over Responses";
    throw new ModelError(
      "invalid_prompt",
      `This run demands the code interpreter, and its model has none: ${hint}.`,
    );
  }
  if (own_tools.length === 0) return request;
  return { ...request, own_tools: [], instructions: [instructions, TOLD].filter(Boolean).join("\n\n") };
}
