/** The schemas of what vector stores take. */
import { type TSchema, Type } from "typebox";
import { closed, Metadata, nullable, pageFields } from "./schema-parts.ts";
import { ATTRIBUTE_LIMITS, type AttributeFilter } from "./vector-store-objects.ts";

/** Characters of one query of a search. */
const MAX_QUERY = 4096;

/** How deep filters may stand in each other. */
const FILTER_DEPTH = 8;

const ChunkingStrategy = Type.Union([
  Type.Object({ type: Type.Literal("auto") }, closed),
  Type.Object(
    {
      type: Type.Literal("static"),
      static: Type.Object(
        {
          max_chunk_size_tokens: Type.Integer({ minimum: 100, maximum: 4096 }),
          chunk_overlap_tokens: Type.Integer({ minimum: 0, maximum: 2048 }),
        },
        closed,
      ),
    },
    closed,
  ),
]);

const AttributeValues = Type.Record(
  Type.String(),
  Type.Union([Type.String({ maxLength: ATTRIBUTE_LIMITS.text }), Type.Number(), Type.Boolean()]),
  { maxProperties: ATTRIBUTE_LIMITS.pairs, propertyNames: { maxLength: ATTRIBUTE_LIMITS.key } },
);

/** A vector store that is made together with who uses it. */
export const InlineVectorStore = Type.Object(
  {
    file_ids: Type.Optional(Type.Array(Type.String(), { maxItems: 10_000 })),
    chunking_strategy: Type.Optional(ChunkingStrategy),
    metadata: Metadata,
  },
  closed,
);

const Attributes = nullable(AttributeValues);

const StoreExpiry = Type.Object(
  { anchor: Type.Literal("last_active_at"), days: Type.Integer({ minimum: 1, maximum: 365 }) },
  closed,
);

const literals = (...values: string[]) => Type.Union(values.map((value) => Type.Literal(value)));

function filterSchema(depth: number): TSchema {
  const comparison = Type.Object(
    {
      type: literals("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"),
      key: Type.String(),
      value: Type.Union([
        Type.String(),
        Type.Number(),
        Type.Boolean(),
        Type.Array(Type.Union([Type.String(), Type.Number()])),
      ]),
    },
    closed,
  );
  if (depth === 0) return comparison;
  const filters = Type.Array(filterSchema(depth - 1));
  return Type.Union([comparison, Type.Object({ type: literals("and", "or"), filters }, closed)]);
}

const fileFields = {
  file_id: Type.String(),
  chunking_strategy: Type.Optional(ChunkingStrategy),
  attributes: Attributes,
};

const status = {
  filter: Type.Optional(
    Type.Union([
      Type.Literal("in_progress"),
      Type.Literal("completed"),
      Type.Literal("failed"),
      Type.Literal("cancelled"),
    ]),
  ),
};

export const vectorStoreRequests = {
  CreateVectorStore: Type.Object(
    {
      file_ids: Type.Optional(Type.Array(Type.String(), { maxItems: 500 })),
      name: Type.Optional(Type.String()),
      description: Type.Optional(Type.String()),
      expires_after: Type.Optional(StoreExpiry),
      chunking_strategy: Type.Optional(ChunkingStrategy),
      metadata: Metadata,
    },
    closed,
  ),
  UpdateVectorStore: Type.Object(
    { name: nullable(Type.String()), expires_after: nullable(StoreExpiry), metadata: Metadata },
    closed,
  ),
  SearchVectorStore: Type.Object(
    {
      query: Type.Union([
        Type.String({ maxLength: MAX_QUERY }),
        Type.Array(Type.String({ maxLength: MAX_QUERY }), { minItems: 1, maxItems: 16 }),
      ]),
      rewrite_query: Type.Optional(Type.Boolean()),
      max_num_results: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
      filters: Type.Optional(Type.Unsafe<AttributeFilter>(filterSchema(FILTER_DEPTH))),
      ranking_options: Type.Optional(
        Type.Object(
          {
            ranker: Type.Optional(
              Type.Union([Type.Literal("none"), Type.Literal("auto"), Type.Literal("default-2024-11-15")]),
            ),
            score_threshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
          },
          closed,
        ),
      ),
    },
    closed,
  ),
  VectorStoreFilePageQuery: Type.Object({ ...pageFields, ...status }, closed),
  CreateVectorStoreFile: Type.Object(fileFields, closed),
  UpdateVectorStoreFile: Type.Object({ attributes: Type.Union([AttributeValues, Type.Null()]) }, closed),
  CreateVectorStoreFileBatch: Type.Object(
    {
      file_ids: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 2000 })),
      files: Type.Optional(Type.Array(Type.Object(fileFields, closed), { minItems: 1, maxItems: 2000 })),
      chunking_strategy: Type.Optional(ChunkingStrategy),
      attributes: Attributes,
    },
    closed,
  ),
};
