/** A conversation in which user and assistant take turns, as some models' chat templates demand it. Pure. */
import type { SdkAssistantContent, SdkPrompt, SdkUserContent } from "./sdk.ts";

const BETWEEN = "\n\n";

/** What one side says in several messages, one after the other, is one message. */
export function alternating(prompt: SdkPrompt): SdkPrompt {
  const turns: SdkPrompt = [];
  for (const message of prompt) {
    const last = turns.at(-1);
    if (last?.role === "user" && message.role === "user") {
      turns[turns.length - 1] = { ...last, content: joinedUser(last.content, message.content) };
    } else if (last?.role === "assistant" && message.role === "assistant") {
      turns[turns.length - 1] = { ...last, content: joinedAssistant(last.content, message.content) };
    } else turns.push(message);
  }
  return turns;
}

/** Texts that meet become one: a message of nothing but one text goes out as plain text, which every server takes. */
function joinedUser(earlier: SdkUserContent, later: SdkUserContent): SdkUserContent {
  const last = earlier.at(-1);
  const [first, ...others] = later;
  if (last?.type !== "text" || first?.type !== "text") return [...earlier, ...later];
  return [...earlier.slice(0, -1), { ...last, text: last.text + BETWEEN + first.text }, ...others];
}

/** The SDK writes the texts of an assistant behind each other. */
function joinedAssistant(earlier: SdkAssistantContent, later: SdkAssistantContent): SdkAssistantContent {
  const between = earlier.some((part) => part.type === "text") && later[0]?.type === "text";
  return between ? [...earlier, { type: "text", text: BETWEEN }, ...later] : [...earlier, ...later];
}
