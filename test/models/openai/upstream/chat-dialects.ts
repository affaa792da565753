/** Chat Completions as the servers on one's own machine send it. */
import { type Asked, type Dialect, json, records, type Said, USAGE } from "./dialect.ts";
import { firstOf, mistralTemplate, settingsWithoutTools, unreadableImage } from "./refusals.ts";

type Fields = Record<string, unknown>;

interface ChatFlavour {
  name: string;
  source: string;
  /** Stands in every chunk. */
  head: Fields;
  /** The first chunk's delta, which comes before any text. */
  opening: Fields[];
  text(piece: string): Fields;
  /** The deltas of a call; the last of them may end the stream. */
  call(call: { name: string; arguments: string }, index: number): Fields[];
  /** What a finish reason is called when there are calls. */
  afterCalls: string;
  /** The delta of what the model thinks aloud. */
  reasoning(text: string): Fields;
  unknownModel(model: string): ReturnType<typeof json>;
  tooLong: ReturnType<typeof json>;
}

const usage = ({ tokens = USAGE.completion }: Said) => ({
  prompt_tokens: USAGE.prompt,
  completion_tokens: tokens,
  total_tokens: USAGE.prompt + tokens,
});

function deltas(flavour: ChatFlavour, said: Said): Fields[] {
  return [
    ...flavour.opening,
    ...(said.reasoning ? [flavour.reasoning(said.reasoning)] : []),
    ...(said.text ?? []).map(flavour.text),
    ...(said.refusal ? [{ refusal: said.refusal }] : []),
    ...(said.calls ?? []).flatMap((call, index) => flavour.call(call, index)),
  ];
}

function chat(flavour: ChatFlavour): Dialect {
  const chunk = (choices: Fields[], more: Fields = {}) =>
    JSON.stringify({ ...flavour.head, object: "chat.completion.chunk", choices, ...more });
  const finish = (said: Said) => said.finish ?? (said.calls ? flavour.afterCalls : "stop");
  return {
    name: flavour.name,
    source: flavour.source,
    provider: "compatible",
    path: "/v1/chat/completions",
    runsCode: false,
    key: (key) => ["authorization", `Bearer ${key}`],
    events: (said) => [
      ...deltas(flavour, said).map((delta) => chunk([{ index: 0, delta, finish_reason: null }])),
      chunk([{ index: 0, delta: {}, finish_reason: finish(said) }]),
      chunk([], { usage: usage(said) }),
      "[DONE]",
    ],
    whole: (said) => ({
      ...flavour.head,
      object: "chat.completion",
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: said.text ? said.text.join("") : null,
            ...(said.refusal ? { refusal: said.refusal } : {}),
            ...(said.calls ? { tool_calls: said.calls.map(wholeCall) } : {}),
          },
          finish_reason: finish(said),
        },
      ],
      usage: usage(said),
    }),
    asked: askedOfChat,
    unknownModel: flavour.unknownModel,
    tooLong: flavour.tooLong,
    refusal: firstOf(settingsWithoutTools, unreadableImage),
  };
}

const wholeCall = (call: { name: string; arguments: string }, index: number) => ({
  id: `call_${index}`,
  type: "function",
  function: call,
});

export function askedOfChat(body: Fields): Asked {
  const messages = records(body["messages"]);
  const texts = (content: unknown) =>
    typeof content === "string"
      ? content
      : records(content)
          .filter((part) => part["type"] === "text")
          .map((part) => part["text"])
          .join("");
  return {
    model: String(body["model"]),
    instructions: messages
      .filter(({ role }) => role === "system" || role === "developer")
      .map(({ content }) => texts(content))
      .join(),
    conversation: messages
      .filter(({ role }) => role !== "system" && role !== "developer")
      .flatMap(({ role, content, tool_calls }) => [
        ...(texts(content) === "" ? [] : [`${role}: ${texts(content)}`]),
        ...records(tool_calls).map(({ function: called }) => `call: ${JSON.stringify(called)}`),
      ]),
    images: messages
      .flatMap(({ content }) => records(content))
      .filter((part) => part["type"] === "image_url")
      .map((part) => JSON.stringify(part["image_url"])),
    functions: records(body["tools"]).map((tool) => JSON.stringify(tool["function"])),
    ownTools: records(body["tools"]).flatMap(({ type }) => (type === "function" ? [] : [String(type)])),
  };
}

/** Ollama sends a call in one chunk, names its reasoning `reasoning`, and repeats the role in every chunk. */
export const ollama = chat({
  name: "Ollama",
  source: "github.com/ollama/ollama openai/openai.go (ToChunk, ToToolCalls, NewError), commit 00988753",
  head: { id: "chatcmpl-305", created: 1_760_000_000, model: "qwen3:8b", system_fingerprint: "fp_ollama" },
  opening: [],
  text: (content) => ({ role: "assistant", content }),
  call: (call, index) => [
    {
      role: "assistant",
      content: "",
      tool_calls: [{ id: `call_x${index}`, index, type: "function", function: call }],
    },
  ],
  afterCalls: "tool_calls",
  reasoning: (reasoning) => ({ role: "assistant", content: "", reasoning }),
  unknownModel: (model) =>
    json(404, {
      error: { message: `model '${model}' not found`, type: "not_found_error", param: null, code: null },
    }),
  // Ollama itself cuts a prompt that is too long; a runner behind it may refuse.
  tooLong: json(400, {
    error: { message: "input length exceeds maximum context length", type: "invalid_request_error" },
  }),
});

/** vLLM counts calls from nought again in some versions, and repeats an empty id. */
export const vllm = chat({
  name: "vLLM",
  source:
    "github.com/InternLM/lmdeploy/issues/3412 and github.com/vllm-project/vllm/issues/27572, pull 25514 (recorded streams)",
  head: { id: "chatcmpl-beb39e77", created: 1_758_892_077, model: "openai/gpt-oss-20b" },
  opening: [{ role: "assistant", content: "" }],
  text: (content) => ({ content }),
  call: ({ name, arguments: written }, position) => [
    {
      tool_calls: [
        {
          index: 0,
          id: `chatcmpl-tool-c9Z${position}`,
          type: "function",
          function: { name, arguments: "" },
        },
      ],
    },
    { tool_calls: [{ index: 0, id: "", type: "function", function: { name: null, arguments: written } }] },
  ],
  afterCalls: "tool_calls",
  reasoning: (reasoning_content) => ({ reasoning_content }),
  unknownModel: (model) =>
    json(404, {
      error: {
        message: `The model \`${model}\` does not exist.`,
        type: "NotFoundError",
        param: "model",
        code: 404,
      },
    }),
  tooLong: json(400, {
    error: {
      message:
        "This model's maximum context length is 8192 tokens. However, your request has 9000 input tokens. Please reduce the length of the input messages.",
      type: "BadRequestError",
      param: "input_tokens",
      code: 400,
    },
  }),
});

/** The same with a model of Mistral, whose template is strict. */
export const mistral: Dialect = {
  ...vllm,
  name: "vLLM with a model of Mistral",
  source: "huggingface.co/mistralai/Mistral-7B-Instruct-v0.3 tokenizer_config.json (chat_template)",
  refusal: firstOf(vllm.refusal, mistralTemplate),
};

/** llama.cpp begins with a chunk without content and adds its timings. */
export const llamaCpp = chat({
  name: "llama.cpp",
  source:
    "github.com/ggml-org/llama.cpp tools/server/tests/unit/test_chat_completion.py and test_tool_call.py, commit 0ce03597",
  head: { id: "chatcmpl-yT2", created: 1_760_000_001, model: "gpt-3.5-turbo", system_fingerprint: "b6500" },
  opening: [{ role: "assistant", content: null }],
  text: (content) => ({ content }),
  call: ({ name, arguments: written }, index) => [
    { tool_calls: [{ index, id: `${index}8fS`, type: "function", function: { name, arguments: "" } }] },
    ...halves(written).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ],
  afterCalls: "tool_calls",
  reasoning: (reasoning_content) => ({ reasoning_content }),
  unknownModel: (model) =>
    json(400, {
      error: { code: 400, message: `model '${model}' not found`, type: "invalid_request_error" },
    }),
  tooLong: json(400, {
    error: {
      code: 400,
      message: "request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it",
      type: "exceed_context_size_error",
      n_prompt_tokens: 9412,
      n_ctx: 8192,
    },
  }),
});

/** LM Studio gives ids that are numbers and sends arguments in small pieces. */
export const lmStudio = chat({
  name: "LM Studio",
  source:
    "github.com/lmstudio-ai/docs 0_app/4_api/tools.md (Streaming), commit 1db808c3; github.com/lmstudio-ai/lmstudio-bug-tracker/issues/237",
  head: {
    id: "chatcmpl-wwpstqqu94go4hvclqnpwn",
    created: 1_730_916_196,
    model: "lmstudio-community/qwen2.5-7b-instruct",
    system_fingerprint: "lmstudio-community/qwen2.5-7b-instruct",
  },
  opening: [],
  text: (content) => ({ role: "assistant", content }),
  call: ({ name, arguments: written }, index) => [
    {
      role: "assistant",
      tool_calls: [{ index, id: `81489011${index}`, type: "function", function: { name, arguments: "" } }],
    },
    ...halves(written).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ],
  afterCalls: "tool_calls",
  reasoning: (reasoning_content) => ({ reasoning_content }),
  unknownModel: (model) =>
    json(404, {
      error: {
        message: `Model "${model}" not found. Load it first.`,
        type: "invalid_request_error",
        param: "model",
        code: "model_not_found",
      },
    }),
  tooLong: json(400, {
    error:
      "Trying to keep the first 15857 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.",
  }),
});

function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
