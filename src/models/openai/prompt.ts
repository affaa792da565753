/** A conversation as the SDK takes it. Pure. */
import { type ModelContent, ModelError, type ModelItem, type ModelRequest } from "../model.ts";
import { unpackReasoning } from "./opaque-reasoning.ts";
import type {
  SdkAssistantContent,
  SdkFile,
  SdkMessage,
  SdkPrompt,
  SdkToolContent,
  SdkUserContent,
} from "./sdk.ts";

/** @param callIdLength how many characters of a call's id the server takes; the last ones are sent */
export function promptOf({ instructions, items }: ModelRequest, callIdLength: number): SdkPrompt {
  const prompt: SdkPrompt = instructions === "" ? [] : [{ role: "system", content: instructions }];
  for (const item of items) addItem(prompt, item, callIdLength);
  // What a round has left without anything it belongs to is no message.
  return prompt.filter((message) => message.content.length > 0);
}

/** What the model has said and called in one round is one message, so are the outputs of its calls. */
function addItem(prompt: SdkMessage[], item: ModelItem, callIdLength: number): void {
  switch (item.type) {
    case "message":
      if (item.role === "user") prompt.push({ role: "user", content: item.content.map(userPart) });
      else assistantContent(prompt, true).push({ type: "text", text: item.content.map(asText).join("") });
      break;
    case "tool_call":
      assistantContent(prompt, false).push({
        type: "tool-call",
        toolCallId: item.id.slice(-callIdLength),
        toolName: item.name,
        input: item.arguments,
      });
      break;
    case "tool_output":
      toolContent(prompt).push({
        type: "tool-result",
        toolCallId: item.tool_call_id.slice(-callIdLength),
        toolName: item.name,
        output: { type: "text", value: item.output },
      });
      break;
    case "opaque":
      assistantContent(prompt, false).push(...unpackReasoning(item.data));
      break;
  }
}

/** The content of the message that the model is at; a text after other texts or calls begins one of its own. */
function assistantContent(prompt: SdkMessage[], isText: boolean): SdkAssistantContent {
  const last = prompt.at(-1);
  const full = last?.role === "assistant" && last.content.some((part) => part.type !== "reasoning");
  if (last?.role === "assistant" && !(isText && full)) return last.content;
  const content: SdkAssistantContent = [];
  prompt.push({ role: "assistant", content });
  return content;
}

function toolContent(prompt: SdkMessage[]): SdkToolContent {
  const last = prompt.at(-1);
  if (last?.role === "tool") return last.content;
  const content: SdkToolContent = [];
  prompt.push({ role: "tool", content });
  return content;
}

function userPart(part: ModelContent): SdkUserContent[number] {
  if (part.type === "text") return part;
  return {
    type: "file",
    ...imageOf(part),
    providerOptions: { openai: part.detail ? { imageDetail: part.detail } : {} },
  };
}

/** One that has an address is passed on by it: neither we nor the SDK fetch it. */
function imageOf(part: Exclude<ModelContent, { type: "text" }>): Pick<SdkFile, "mediaType" | "data"> {
  if (part.type === "image") return { mediaType: part.media_type, data: { type: "data", data: part.data } };
  const url = URL.parse(part.url);
  if (!url) throw new ModelError("invalid_prompt", `'${part.url}' is no address of an image.`);
  return { mediaType: "image/*", data: { type: "url", url } };
}

/** Only a user shows images; of what an assistant's message names the address is left. */
function asText(part: ModelContent): string {
  if (part.type === "text") return part.text;
  return part.type === "image_url" ? part.url : "(An image.)";
}
