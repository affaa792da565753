/** The Responses API as OpenAI and Azure OpenAI send it. */
import { type Asked, type Dialect, json, type Refused, records, type Said, USAGE } from "./dialect.ts";
import {
  codeWithoutContainer,
  firstOf,
  reasoningAlone,
  samplingWhileReasoning,
  settingsWithoutTools,
  tooFewTokens,
  unknownToReasoning,
  unreadableImage,
} from "./refusals.ts";

type Fields = Record<string, unknown>;

interface ResponsesFlavour {
  name: string;
  source: string;
  provider: "openai" | "azure";
  path: string;
  key(key: string): readonly [string, string];
  /** What the server adds to its answers. */
  extra: Fields;
  unknownModel(model: string): Refused;
  tooLong: Refused;
}

/** An image that code has drawn. */
const IMAGE = { type: "image", url: "https://files.example/plot.png" };

const usage = ({ tokens = USAGE.completion }: Said) => ({
  input_tokens: USAGE.prompt,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: tokens,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: USAGE.prompt + tokens,
});

/** The items of an answer: reasoning, then the code that was run, then the text, then the calls. */
function itemsOf(said: Said): Fields[] {
  const content = [
    ...(said.text ? [{ type: "output_text", text: said.text.join(""), annotations: [], logprobs: [] }] : []),
    ...(said.refusal ? [{ type: "refusal", refusal: said.refusal }] : []),
  ];
  return [
    ...(said.reasoning
      ? [{ id: "rs_1", type: "reasoning", encrypted_content: said.reasoning, summary: [] }]
      : []),
    ...(said.code ?? []).map(({ code, logs }, index) => ({
      id: `ci_${index}`,
      type: "code_interpreter_call",
      status: "completed",
      code,
      container_id: "cntr_67cb",
      outputs: [{ type: "logs", logs }, IMAGE],
    })),
    ...(content.length > 0
      ? [{ id: "msg_1", type: "message", status: "completed", role: "assistant", content }]
      : []),
    ...(said.calls ?? []).map((call, index) => ({
      id: `fc_${index}`,
      type: "function_call",
      status: "completed",
      call_id: `call_up${index}`,
      ...call,
    })),
  ];
}

function response(flavour: ResponsesFlavour, said: Said, status: string): Fields {
  const reason = { length: "max_output_tokens", content_filter: "content_filter", stop: null }[
    said.finish ?? "stop"
  ];
  return {
    id: "resp_67ca",
    object: "response",
    created_at: 1_741_290_958,
    status: status === "completed" && reason ? "incomplete" : status,
    error: null,
    incomplete_details: status === "completed" && reason ? { reason } : null,
    model: "gpt-5-mini",
    output: status === "completed" ? itemsOf(said) : [],
    store: false,
    usage: status === "completed" ? usage(said) : null,
    ...flavour.extra,
  };
}

/** The events of one item, begun, written and done. */
function itemEvents(item: Fields, output_index: number, said: Said): Fields[] {
  const at = { item_id: item["id"], output_index };
  const begun = { type: "response.output_item.added", output_index, item: unwritten(item) };
  const done = { type: "response.output_item.done", output_index, item };
  if (item["type"] === "function_call") {
    const written = String(item["arguments"]);
    return [
      begun,
      ...[written.slice(0, 3), written.slice(3)].map((delta) => {
        return { type: "response.function_call_arguments.delta", ...at, delta };
      }),
      { type: "response.function_call_arguments.done", ...at, arguments: written },
      done,
    ];
  }
  if (item["type"] === "code_interpreter_call") {
    const code = String(item["code"]);
    return [
      begun,
      { type: "response.code_interpreter_call.in_progress", ...at },
      ...[code.slice(0, 3), code.slice(3)].map((delta) => {
        return { type: "response.code_interpreter_call_code.delta", ...at, delta };
      }),
      { type: "response.code_interpreter_call_code.done", ...at, code },
      { type: "response.code_interpreter_call.interpreting", ...at },
      { type: "response.code_interpreter_call.completed", ...at },
      done,
    ];
  }
  if (item["type"] === "message") {
    const part = { ...at, content_index: 0 };
    return [
      begun,
      ...(said.text ?? []).map((delta) => ({
        type: "response.output_text.delta",
        ...part,
        delta,
        logprobs: [],
      })),
      ...(said.refusal ? [{ type: "response.refusal.delta", ...part, delta: said.refusal }] : []),
      ...(said.refusal ? [{ type: "response.refusal.done", ...part, refusal: said.refusal }] : []),
      done,
    ];
  }
  return [begun, done];
}

function unwritten(item: Fields): Fields {
  if (item["type"] === "function_call") return { ...item, status: "in_progress", arguments: "" };
  if (item["type"] === "message") return { ...item, status: "in_progress", content: [] };
  if (item["type"] === "code_interpreter_call") {
    return { ...item, status: "in_progress", code: "", outputs: null };
  }
  return item;
}

function responses(flavour: ResponsesFlavour): Dialect {
  return {
    ...flavour,
    events(said) {
      const end = said.finish && said.finish !== "stop" ? "response.incomplete" : "response.completed";
      const events: Fields[] = [
        { type: "response.created", response: response(flavour, said, "in_progress") },
        { type: "response.in_progress", response: response(flavour, said, "in_progress") },
        ...itemsOf(said).flatMap((item, index) => itemEvents(item, index, said)),
        { type: end, response: response(flavour, said, "completed") },
      ];
      return events.map((event, sequence_number) => JSON.stringify({ sequence_number, ...event }));
    },
    whole: (said) => response(flavour, said, "completed"),
    asked: askedOfResponses,
    runsCode: true,
    refusal: firstOf(
      settingsWithoutTools,
      tooFewTokens,
      samplingWhileReasoning,
      codeWithoutContainer,
      reasoningAlone,
      unreadableImage,
    ),
  };
}

function askedOfResponses(body: Fields): Asked {
  const input = records(body["input"]);
  const texts = (content: unknown) =>
    typeof content === "string"
      ? content
      : records(content)
          .map((part) => part["text"] ?? "")
          .join("");
  const roles = ["system", "developer"];
  return {
    model: String(body["model"]),
    instructions: input
      .filter((item) => roles.includes(String(item["role"])))
      .map((item) => texts(item["content"]))
      .join(),
    conversation: input
      .filter((item) => !roles.includes(String(item["role"])))
      .map((item) => {
        const { type, name, arguments: written, output, encrypted_content: encrypted } = item;
        if (type === "function_call") return `call: ${JSON.stringify({ name, arguments: written })}`;
        if (type === "function_call_output") return `tool: ${output}`;
        if (type === "reasoning") return `reasoning: ${encrypted}`;
        if (type === "code_interpreter_call") return `code: ${JSON.stringify(item)}`;
        return `${item["role"]}: ${texts(item["content"])}`;
      }),
    images: input
      .flatMap((item) => records(item["content"]))
      .filter((part) => part["type"] === "input_image")
      .map(({ image_url, detail }) => JSON.stringify({ url: image_url, detail })),
    functions: records(body["tools"])
      .filter(({ type }) => type === "function")
      .map(({ type, ...definition }) => JSON.stringify(definition)),
    ownTools: records(body["tools"]).flatMap(({ type }) => (type === "function" ? [] : [String(type)])),
  };
}

export const openai = responses({
  name: "OpenAI",
  source:
    "developers.openai.com/api/docs/guides/streaming-responses, /function-calling, /reasoning and /tools-code-interpreter; openai-python src/openai/types/responses/response_code_interpreter_*",
  provider: "openai",
  path: "/v1/responses",
  key: (key) => ["authorization", `Bearer ${key}`],
  extra: {},
  unknownModel: (model) =>
    json(404, {
      error: {
        message: `The model \`${model}\` does not exist or you do not have access to it.`,
        type: "invalid_request_error",
        param: null,
        code: "model_not_found",
      },
    }),
  tooLong: json(400, {
    error: {
      message: "Your input exceeds the context window of this model. Please adjust your input and try again.",
      type: "invalid_request_error",
      param: "input",
      code: "context_length_exceeded",
    },
  }),
});

/** A model of OpenAI that reasons. */
export const reasoningOpenai: Dialect = {
  ...openai,
  name: "OpenAI with a model that reasons",
  refusal: firstOf(openai.refusal, unknownToReasoning),
};

export const azure = responses({
  name: "Azure OpenAI",
  source:
    "MicrosoftDocs/azure-ai-docs api-version-lifecycle (base address, api-key, deployment as model) and how-to/responses",
  provider: "azure",
  path: "/openai/v1/responses",
  key: (key) => ["api-key", key],
  extra: { content_filters: [{ blocked: false, source_type: "prompt", content_filter_results: {} }] },
  unknownModel: () =>
    json(404, {
      error: {
        code: "DeploymentNotFound",
        message: "The API deployment for this resource does not exist.",
      },
    }),
  tooLong: json(400, {
    error: {
      message: "Your input exceeds the context window of this model. Please adjust your input and try again.",
      type: "invalid_request_error",
      param: "input",
      code: "context_length_exceeded",
    },
  }),
});
