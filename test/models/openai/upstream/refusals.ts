/** What real servers refuse, each in its own words. */
import { images } from "../../../sample-images.ts";
import { records } from "./dialect.ts";

type Fields = Record<string, unknown>;

/** Why a server takes no such request; null where it does. */
export type Refusal = (body: Fields) => string | null;

/** The first of these that applies. */
export const firstOf =
  (...refusals: Refusal[]): Refusal =>
  (body) => {
    for (const refusal of refusals) {
      const reason = refusal(body);
      if (reason !== null) return reason;
    }
    return null;
  };

/** OpenAI takes no settings of tools without tools. */
export const settingsWithoutTools: Refusal = (body) => {
  if ("tools" in body) return null;
  const name = ["parallel_tool_calls", "tool_choice"].find((setting) => setting in body);
  return name ? `Invalid value for '${name}': '${name}' is only allowed when 'tools' are specified.` : null;
};

/** Responses wants room for 16 tokens at least. */
export const tooFewTokens: Refusal = ({ max_output_tokens: limit }) =>
  typeof limit === "number" && limit < 16
    ? `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${limit} instead.`
    : null;

/** Models of OpenAI that reason. */
export const unknownToReasoning: Refusal = (body) => {
  const name = ["temperature", "top_p", "parallel_tool_calls"].find((setting) => setting in body);
  return name ? `Unsupported parameter: '${name}' is not supported with this model.` : null;
};

/** Whoever says that a model reasons sends it no sampling, whichever model it is. */
export const samplingWhileReasoning: Refusal = (body) =>
  "reasoning" in body && ("temperature" in body || "top_p" in body)
    ? "Unsupported parameter: 'temperature' is not supported with this model."
    : null;

/** The chat template of Mistral's models. */
export const mistralTemplate: Refusal = ({ messages: sent }) => {
  const messages = records(sent);
  const ids = messages.flatMap(({ tool_calls, tool_call_id }) => [
    ...records(tool_calls).map(({ id }) => id),
    ...(tool_call_id === undefined ? [] : [tool_call_id]),
  ]);
  if (!ids.every((id) => /^[a-zA-Z0-9]{9}$/.test(String(id)))) {
    return "Tool call IDs should be alphanumeric strings with length 9!";
  }
  const turns = messages.filter(({ role, tool_calls }) => {
    return role === "user" || (role === "assistant" && tool_calls === undefined);
  });
  return turns.every(({ role }, index) => role === (index % 2 === 0 ? "user" : "assistant"))
    ? null
    : "Conversation roles must alternate user/assistant/user/assistant/...";
};

/** Code is run in a container, which a request names or asks for, and whose id every item of it carries. */
export const codeWithoutContainer: Refusal = ({ tools, input }) => {
  const nowhere = records(tools).some(({ type, container }) => type === "code_interpreter" && !container);
  if (nowhere) return "Missing required parameter: 'tools[0].container'.";
  const lost = records(input).some((item) => {
    return item["type"] === "code_interpreter_call" && !("container_id" in item && "outputs" in item);
  });
  return lost ? "Missing required parameter: 'input[1].container_id'." : null;
};

/** What a model has thought goes with what it has done next. */
export const reasoningAlone: Refusal = ({ input }) => {
  const items = records(input);
  const alone = items.find(({ type }, index) => {
    const next = items[index + 1];
    return (
      type === "reasoning" &&
      !(next && (next["role"] === "assistant" || "status" in next || "call_id" in next))
    );
  });
  return alone
    ? `Item '${alone["id"]}' of type 'reasoning' was provided without its required following item.`
    : null;
};

/** An image is an address on the web, or whole data of a format that models take. */
export const unreadableImage: Refusal = ({ messages, input }) => {
  const parts = [...records(messages), ...records(input)].flatMap(({ content }) => records(content));
  const addresses = parts.flatMap(({ type, image_url: image }) => {
    if (type === "input_image") return [image];
    return type === "image_url" ? records([image]).map(({ url }) => url) : [];
  });
  return addresses.every(isImage)
    ? null
    : "You uploaded an unsupported image. Please make sure your image has of one the following formats: " +
        "['png', 'jpeg', 'gif', 'webp'].";
};

/** Of data its base64 must come out as it went in, and begin as its type says. */
function isImage(address: unknown): boolean {
  if (typeof address !== "string") return false;
  const [, type = "", data = ""] = /^data:([^;]*);base64,(.*)$/.exec(address) ?? [];
  if (data === "") return /^https?:/.test(address);
  const bytes = Buffer.from(data, "base64");
  const magic = images.find(([, sample]) => sample.subarray(0, 4).equals(bytes.subarray(0, 4)));
  return bytes.toString("base64") === data && magic?.[0] === type;
}
