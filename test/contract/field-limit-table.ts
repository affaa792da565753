/** The limits of the fields of each operation. Data alone. */
import type { OperationName } from "../../src/contract/operations.ts";
import { functionTools } from "./subject.ts";

export type Fields = Record<string, unknown>;

export interface Limit {
  title: string;
  fits: Fields;
  exceeds: Fields;
  /** The parameter that is named, where it is not the only field of `exceeds`. */
  param?: string;
}

const MAX_INTEGER = 2_147_483_647;

const pairs = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, "value"]));
const tools = (count: number) => functionTools(...Array.from({ length: count }, (_, index) => `f${index}`));

function text(field: string, length: number): Limit {
  return {
    title: `${field} of ${length} characters`,
    fits: { [field]: "x".repeat(length) },
    exceeds: { [field]: "x".repeat(length + 1) },
  };
}

function atLeast(field: string, least: number, step: number): Limit {
  return { title: `${field} ${least}`, fits: { [field]: least }, exceeds: { [field]: least - step } };
}

function atMost(field: string, most: number, step: number): Limit {
  return { title: `${field} ${most}`, fits: { [field]: most }, exceeds: { [field]: most + step } };
}

const metadata: Limit[] = [
  { title: "16 pairs of metadata", fits: { metadata: pairs(16) }, exceeds: { metadata: pairs(17) } },
  {
    title: "a metadata key of 64 characters",
    fits: { metadata: { ["k".repeat(64)]: "v" } },
    exceeds: { metadata: { ["k".repeat(65)]: "v" } },
    param: `metadata.${"k".repeat(65)}`,
  },
  {
    title: "a metadata value of 512 characters",
    fits: { metadata: { k: "v".repeat(512) } },
    exceeds: { metadata: { k: "v".repeat(513) } },
    param: "metadata.k",
  },
];

const sampling = [
  atLeast("temperature", 0, 0.1),
  atMost("temperature", 2, 0.1),
  atLeast("top_p", 0, 0.1),
  atMost("top_p", 1, 0.1),
];

/** Function and format names: letters, digits, _ and -, up to 64. */
function names(title: string, wrap: (name: string) => Fields, param: string): Limit[] {
  const row = (what: string, name: string) => ({
    title: `${title} ${what}`,
    fits: wrap(`${"aZ0_-".repeat(12)}aZ0_`),
    exceeds: wrap(name),
    param,
  });
  return [
    row("of 64 characters", "x".repeat(65)),
    row("that is not empty", ""),
    row("without spaces", "get weather"),
    row("without dots", "get.weather"),
    row("of ASCII letters", "wetter_für"),
    row("of one line", "get_weather\n"),
  ];
}

const functionNames = names(
  "a function name",
  (name) => ({ tools: [{ type: "function", function: { name } }] }),
  "tools[0].function.name",
);
const formatNames = names(
  "a format name",
  (name) => ({ response_format: { type: "json_schema", json_schema: { name } } }),
  "response_format.json_schema.name",
);

const searchTool = (options: Fields): Fields => ({ tools: [{ type: "file_search", file_search: options }] });
const searchLimit = (what: string, fits: Fields, exceeds: Fields, param: string): Limit => ({
  title: `a search with ${what}`,
  fits: searchTool(fits),
  exceeds: searchTool(exceeds),
  param: `tools[0].file_search.${param}`,
});
const threshold = (score_threshold: number): Fields => ({ ranking_options: { score_threshold } });
const searchTools = [
  searchLimit("1 result", { max_num_results: 1 }, { max_num_results: 0 }, "max_num_results"),
  searchLimit("50 results", { max_num_results: 50 }, { max_num_results: 51 }, "max_num_results"),
  searchLimit("all scores", threshold(0), threshold(-0.1), "ranking_options.score_threshold"),
  searchLimit("the best score", threshold(1), threshold(1.1), "ranking_options.score_threshold"),
];

const model: Limit = { title: "a model of 1 character", fits: { model: "m" }, exceeds: { model: "" } };

const assistant = [
  text("name", 256),
  text("description", 512),
  text("instructions", 256_000),
  { title: "128 tools", fits: { tools: tools(128) }, exceeds: { tools: tools(129) } },
  model,
  ...metadata,
  ...sampling,
  ...functionNames,
  ...formatNames,
  ...searchTools,
];

const runFields = [
  model,
  ...searchTools,
  text("instructions", 256_000),
  { title: "20 tools", fits: { tools: tools(20) }, exceeds: { tools: tools(21) } },
  atLeast("max_prompt_tokens", 256, 1),
  atLeast("max_completion_tokens", 256, 1),
  atMost("max_prompt_tokens", MAX_INTEGER, 1),
  atMost("max_completion_tokens", MAX_INTEGER, 1),
  {
    title: "1 last message",
    fits: { truncation_strategy: { type: "last_messages", last_messages: 1 } },
    exceeds: { truncation_strategy: { type: "last_messages", last_messages: 0 } },
    param: "truncation_strategy.last_messages",
  },
  {
    title: `${MAX_INTEGER} last messages`,
    fits: { truncation_strategy: { type: "last_messages", last_messages: MAX_INTEGER } },
    exceeds: { truncation_strategy: { type: "last_messages", last_messages: MAX_INTEGER + 1 } },
    param: "truncation_strategy.last_messages",
  },
  ...metadata,
  ...sampling,
  ...functionNames,
  ...formatNames,
];

const textPart = (length: number) => ({ type: "text", text: "x".repeat(length) });
const longMessage = (length: number) => [{ role: "user", content: "x".repeat(length) }];

const texts: Limit[] = [
  text("content", 256_000),
  {
    title: "two text parts of 256000 characters",
    fits: { content: [textPart(256_000), textPart(256_000)] },
    exceeds: { content: [textPart(256_000), textPart(256_001)] },
    param: "content[1].text",
  },
];

/** The same for messages that come along with something else. */
const messageTexts = (field: string, wrap: (messages: object[]) => Fields): Limit => ({
  title: `messages of 256000 characters in ${field}`,
  fits: wrap(longMessage(256_000)),
  exceeds: wrap(longMessage(256_001)),
  param: `${field}[0].content`,
});

/** The metadata of such messages. */
const messageMetadata = (field: string, wrap: (messages: object[]) => Fields): Limit => ({
  title: `16 pairs of metadata in ${field}`,
  fits: wrap([{ role: "user", content: "x", metadata: pairs(16) }]),
  exceeds: wrap([{ role: "user", content: "x", metadata: pairs(17) }]),
  param: `${field}[0].metadata`,
});

const RESULTS = "step_details.tool_calls[*].file_search.results[*].content";
const include: Limit = {
  title: "16 things to include",
  fits: { include: Array(16).fill(RESULTS) },
  exceeds: { include: Array(17).fill(RESULTS) },
};

const contentParts: Limit = {
  title: "1 part of content",
  fits: { content: [{ type: "text", text: "" }] },
  exceeds: { content: [] },
};

const imageAddress: Limit = {
  title: "an image's whole address",
  fits: { content: [{ type: "image_url", image_url: { url: "https://example.com/cat.png" } }] },
  exceeds: { content: [{ type: "image_url", image_url: { url: "cat.png" } }] },
  param: "content[0].image_url.url",
};

const page = [
  atLeast("limit", 1, 1),
  atMost("limit", 100, 1),
  { title: "limit 100 as text", fits: { limit: "100" }, exceeds: { limit: "101" } },
];

const expiry = (seconds: number, step: number): Limit => ({
  title: `an expiry after ${seconds} seconds`,
  fits: { expires_after: { anchor: "created_at", seconds } },
  exceeds: { expires_after: { anchor: "created_at", seconds: seconds + step } },
  param: "expires_after.seconds",
});

const days = (most: number, step: number): Limit => ({
  title: `an expiry after ${most} days`,
  fits: { expires_after: { anchor: "last_active_at", days: most } },
  exceeds: { expires_after: { anchor: "last_active_at", days: most + step } },
  param: "expires_after.days",
});

const scores = (most: number, step: number): Limit => ({
  title: `a score threshold of ${most}`,
  fits: { ranking_options: { score_threshold: most } },
  exceeds: { ranking_options: { score_threshold: most + step } },
  param: "ranking_options.score_threshold",
});

/** The attributes of a file have the limits of metadata. */
const attributes: Limit[] = metadata.map(({ title, fits, exceeds, param }) => ({
  title: title.replace("metadata", "attributes"),
  fits: { attributes: fits["metadata"] },
  exceeds: { attributes: exceeds["metadata"] },
  ...(param === undefined ? {} : { param: param.replace("metadata", "attributes") }),
}));

/** The limits of each operation. The base is good parameters that the limit's are added to. */
export const limits: Partial<Record<OperationName, Limit[]>> = {
  createAssistant: assistant,
  updateAssistant: assistant,
  listAssistants: page,
  createThread: [
    ...metadata,
    messageTexts("messages", (messages) => ({ messages })),
    messageMetadata("messages", (messages) => ({ messages })),
  ],
  updateThread: metadata,
  createMessage: [contentParts, imageAddress, ...texts, ...metadata],
  listMessages: page,
  updateMessage: metadata,
  createRun: [
    ...runFields,
    text("additional_instructions", 256_000),
    messageTexts("additional_messages", (additional_messages) => ({ additional_messages })),
    messageMetadata("additional_messages", (additional_messages) => ({ additional_messages })),
    include,
  ],
  createThreadAndRun: [
    ...runFields,
    messageTexts("thread.messages", (messages) => ({ thread: { messages } })),
    messageMetadata("thread.messages", (messages) => ({ thread: { messages } })),
  ],
  listRuns: page,
  updateRun: metadata,
  listRunSteps: [...page, include],
  listFiles: [atLeast("limit", 1, 1), atMost("limit", 10_000, 1)],
  createFile: [expiry(3600, -1), expiry(2_592_000, 1)],
  createVectorStore: [days(1, -1), days(365, 1), ...metadata],
  updateVectorStore: [days(1, -1), days(365, 1), ...metadata],
  listVectorStores: page,
  searchVectorStore: [
    text("query", 4096),
    atLeast("max_num_results", 1, 1),
    atMost("max_num_results", 50, 1),
    scores(0, -0.1),
    scores(1, 0.1),
  ],
  createVectorStoreFile: attributes,
  updateVectorStoreFile: attributes,
  createVectorStoreFileBatch: attributes,
  listVectorStoreFiles: page,
  listVectorStoreFileBatchFiles: page,
  createUpload: [
    expiry(3600, -1),
    expiry(2_592_000, 1),
    atLeast("bytes", 0, 1),
    atMost("bytes", 8 * 1024 ** 3, 1),
    text("filename", 255),
  ],
};
