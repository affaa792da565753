/** The schemas of tools, of the choice between them, and of how a model is to answer. */
import { Type } from "typebox";
import { closed, nullable } from "./schema-parts.ts";

const FunctionTool = Type.Object(
  {
    type: Type.Literal("function"),
    function: Type.Object(
      {
        name: Type.String({ pattern: "^[a-zA-Z0-9_-]{1,64}$" }),
        description: Type.Optional(Type.String()),
        parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        strict: nullable(Type.Boolean()),
      },
      closed,
    ),
  },
  closed,
);

export const CodeInterpreterTool = Type.Object({ type: Type.Literal("code_interpreter") }, closed);

const FileSearchTool = Type.Object(
  {
    type: Type.Literal("file_search"),
    file_search: Type.Optional(
      Type.Object(
        {
          max_num_results: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
          ranking_options: Type.Optional(
            Type.Object(
              {
                ranker: Type.Optional(Type.Union([Type.Literal("auto"), Type.Literal("default_2024_08_21")])),
                score_threshold: Type.Number({ minimum: 0, maximum: 1 }),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);
export const FileSearchChoice = Type.Object({ type: Type.Literal("file_search") }, closed);

export const Tool = Type.Union([CodeInterpreterTool, FileSearchTool, FunctionTool]);

const ResponseFormat = nullable(
  Type.Union([
    Type.Literal("auto"),
    Type.Object({ type: Type.Literal("text") }, closed),
    Type.Object({ type: Type.Literal("json_object") }, closed),
    Type.Object(
      {
        type: Type.Literal("json_schema"),
        json_schema: Type.Object(
          {
            name: Type.String({ pattern: "^[a-zA-Z0-9_-]{1,64}$" }),
            description: Type.Optional(Type.String()),
            schema: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
            strict: nullable(Type.Boolean()),
          },
          closed,
        ),
      },
      closed,
    ),
  ]),
);

export const sampling = {
  temperature: nullable(Type.Number({ minimum: 0, maximum: 2 })),
  top_p: nullable(Type.Number({ minimum: 0, maximum: 1 })),
  response_format: ResponseFormat,
};

export const ReasoningEffort = nullable(
  Type.Union([
    Type.Literal("none"),
    Type.Literal("minimal"),
    Type.Literal("low"),
    Type.Literal("medium"),
    Type.Literal("high"),
    Type.Literal("xhigh"),
    Type.Literal("max"),
  ]),
);

export const ToolChoice = nullable(
  Type.Union([
    Type.Literal("none"),
    Type.Literal("auto"),
    Type.Literal("required"),
    Type.Object(
      {
        type: Type.Literal("function"),
        function: Type.Object({ name: Type.String() }, closed),
      },
      closed,
    ),
    CodeInterpreterTool,
    FileSearchChoice,
  ]),
);
