/** What the schemas of several requests have in common. */
import { type TSchema, Type } from "typebox";

/** An unknown field is an error. */
export const closed = { additionalProperties: false } as const;

/** May be left out, and null as well. */
export const nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

export const Metadata = nullable(
  Type.Record(Type.String(), Type.String({ maxLength: 512 }), {
    maxProperties: 16,
    propertyNames: { maxLength: 64 },
  }),
);

export const pageFields = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  order: Type.Optional(Type.Union([Type.Literal("asc"), Type.Literal("desc")])),
  after: Type.Optional(Type.String()),
  before: Type.Optional(Type.String()),
};
