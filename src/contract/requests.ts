/**
 * The schemas of what comes in, with the contract's limits. They cost a library to load, so only the
 * service loads them; everybody else imports this file's types.
 */
import { type Static, Type } from "typebox";
import { fileRequests } from "./file-requests.ts";
import { closed, Metadata, nullable, pageFields } from "./schema-parts.ts";
import {
  CodeInterpreterTool,
  FileSearchChoice,
  ReasoningEffort,
  sampling,
  Tool,
  ToolChoice,
} from "./tool-requests.ts";
import { InlineVectorStore, vectorStoreRequests } from "./vector-store-requests.ts";

/** No schema of the contract bounds these from above; the store and the timers do. */
const MAX_INTEGER = 2_147_483_647;

/** Characters of one text in a message, as the original service refused more. */
const MAX_TEXT = 256_000;

/** Characters of one tool output. */
const MAX_OUTPUT = 1_048_576;

const codeFiles = Type.Optional(
  Type.Object({ file_ids: Type.Optional(Type.Array(Type.String(), { maxItems: 20 })) }, closed),
);
const vectorStoreIds = Type.Optional(Type.Array(Type.String(), { maxItems: 1 }));

const ToolResources = nullable(
  Type.Object(
    {
      code_interpreter: codeFiles,
      file_search: Type.Optional(Type.Object({ vector_store_ids: vectorStoreIds }, closed)),
    },
    closed,
  ),
);

/** Where something is made, its vector store may be made with it. */
const NewToolResources = nullable(
  Type.Object(
    {
      code_interpreter: codeFiles,
      file_search: Type.Optional(
        Type.Object(
          {
            vector_store_ids: vectorStoreIds,
            vector_stores: Type.Optional(Type.Array(InlineVectorStore, { maxItems: 1 })),
          },
          closed,
        ),
      ),
    },
    closed,
  ),
);

const assistantFields = {
  name: nullable(Type.String({ maxLength: 256 })),
  description: nullable(Type.String({ maxLength: 512 })),
  instructions: nullable(Type.String({ maxLength: 256_000 })),
  tools: Type.Optional(Type.Array(Tool, { maxItems: 128 })),
  tool_resources: ToolResources,
  metadata: Metadata,
  reasoning_effort: ReasoningEffort,
  ...sampling,
};

const detail = Type.Optional(Type.Union([Type.Literal("auto"), Type.Literal("low"), Type.Literal("high")]));

const MessageContent = Type.Union([
  Type.String({ maxLength: MAX_TEXT }),
  Type.Array(
    Type.Union([
      Type.Object({ type: Type.Literal("text"), text: Type.String({ maxLength: MAX_TEXT }) }, closed),
      Type.Object(
        {
          type: Type.Literal("image_url"),
          image_url: Type.Object(
            { url: Type.String({ pattern: "^[A-Za-z][A-Za-z0-9+.-]*:[^\\s]+$" }), detail },
            closed,
          ),
        },
        closed,
      ),
      Type.Object(
        {
          type: Type.Literal("image_file"),
          image_file: Type.Object({ file_id: Type.String(), detail }, closed),
        },
        closed,
      ),
    ]),
    { minItems: 1 },
  ),
]);

const messageFields = {
  role: Type.Union([Type.Literal("user"), Type.Literal("assistant")]),
  content: MessageContent,
  attachments: nullable(
    Type.Array(
      Type.Object(
        {
          file_id: Type.Optional(Type.String()),
          tools: Type.Optional(Type.Array(Type.Union([CodeInterpreterTool, FileSearchChoice]))),
        },
        closed,
      ),
      { maxItems: 500 },
    ),
  ),
  metadata: Metadata,
};

const CreateMessage = Type.Object(messageFields, closed);

const CreateThread = Type.Object(
  {
    messages: Type.Optional(Type.Array(CreateMessage)),
    tool_resources: NewToolResources,
    metadata: Metadata,
  },
  closed,
);

const runFields = {
  assistant_id: Type.String(),
  model: nullable(Type.String({ minLength: 1 })),
  instructions: nullable(Type.String({ maxLength: 256_000 })),
  tools: nullable(Type.Array(Tool, { maxItems: 20 })),
  metadata: Metadata,
  stream: nullable(Type.Boolean()),
  max_prompt_tokens: nullable(Type.Integer({ minimum: 256, maximum: MAX_INTEGER })),
  max_completion_tokens: nullable(Type.Integer({ minimum: 256, maximum: MAX_INTEGER })),
  truncation_strategy: nullable(
    Type.Object(
      {
        type: Type.Union([Type.Literal("auto"), Type.Literal("last_messages")]),
        last_messages: nullable(Type.Integer({ minimum: 1, maximum: MAX_INTEGER })),
      },
      closed,
    ),
  ),
  tool_choice: ToolChoice,
  parallel_tool_calls: Type.Optional(Type.Boolean()),
  ...sampling,
};

/** The one thing that an answer holds only when it is asked for. */
const CONTENTS = "step_details.tool_calls[*].file_search.results[*].content";

/** What an answer is to hold beside what it always does. */
export type Include = readonly (typeof CONTENTS)[];

const includeFields = {
  include: Type.Optional(Type.Array(Type.Literal(CONTENTS), { maxItems: 16 })),
};

/** Every request schema by the name that the operations table uses. */
export const requests = {
  ...fileRequests,
  ...vectorStoreRequests,
  PageQuery: Type.Object(pageFields, closed),
  MessagePageQuery: Type.Object({ ...pageFields, run_id: Type.Optional(Type.String()) }, closed),
  RunStepPageQuery: Type.Object({ ...pageFields, ...includeFields }, closed),
  IncludeQuery: Type.Object(includeFields, closed),
  CreateAssistant: Type.Object(
    { model: Type.String({ minLength: 1 }), ...assistantFields, tool_resources: NewToolResources },
    closed,
  ),
  UpdateAssistant: Type.Object(
    { model: Type.Optional(Type.String({ minLength: 1 })), ...assistantFields },
    closed,
  ),
  CreateThread,
  UpdateThread: Type.Object({ tool_resources: ToolResources, metadata: Metadata }, closed),
  CreateMessage,
  UpdateMessage: Type.Object({ metadata: Metadata }, closed),
  CreateRun: Type.Object(
    {
      ...runFields,
      reasoning_effort: ReasoningEffort,
      additional_instructions: nullable(Type.String({ maxLength: 256_000 })),
      additional_messages: nullable(Type.Array(CreateMessage)),
    },
    closed,
  ),
  CreateThreadAndRun: Type.Object(
    { ...runFields, thread: Type.Optional(CreateThread), tool_resources: ToolResources },
    closed,
  ),
  UpdateRun: Type.Object({ metadata: Metadata }, closed),
  SubmitToolOutputs: Type.Object(
    {
      tool_outputs: Type.Array(
        Type.Object(
          {
            tool_call_id: Type.Optional(Type.String()),
            output: Type.Optional(Type.String({ maxLength: MAX_OUTPUT })),
          },
          closed,
        ),
      ),
      stream: nullable(Type.Boolean()),
    },
    closed,
  ),
};

export type RequestName = keyof typeof requests;

/** What a checked request of that name holds. */
export type Request<Name extends RequestName> = Static<(typeof requests)[Name]>;
