/** The compiled schemas, and what they find said in the contract's words. */
import { IsInteger, IsObject, type TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { Settings } from "typebox/system";
import { type ContractError, contractError } from "../contract/errors.ts";
import { type RequestName, requests } from "../contract/requests.ts";

/**
 * The library stops at 8, which the alternatives of one field can use up before the sender's own is looked at.
 * It has no narrower setting than the process's.
 */
Settings.Set({ maxErrors: 100 });

export interface SchemaChecker {
  /** The names of the top-level fields. */
  readonly fields: ReadonlySet<string>;
  /** A copy in which whole numbers that are written as text are numbers. */
  withNumbers(fields: Record<string, unknown>): Record<string, unknown>;
  /** What is wrong with the value, or null. */
  firstError(value: unknown): ContractError | null;
}

/** Compiled when first needed: most processes use a few of them. */
const checkers = new Map<RequestName, SchemaChecker>();

export function schemaChecker(name: RequestName): SchemaChecker {
  const known = checkers.get(name);
  if (known) return known;
  const { properties } = requests[name];
  const validator: Validator = Compile<TSchema>(requests[name]);
  const checker: SchemaChecker = {
    fields: new Set(Object.keys(properties)),
    withNumbers: (fields) => withNumbers(properties, fields),
    firstError: (value) => (validator.Check(value) ? null : describe(validator.Errors(value))),
  };
  checkers.set(name, checker);
  return checker;
}

function withNumbers(properties: Record<string, TSchema>, fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, schema ? withNumber(schema, value) : value];
    }),
  );
}

function withNumber(schema: TSchema, value: unknown): unknown {
  if (IsInteger(schema)) {
    return typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return IsObject(schema) && isObject ? withNumbers(schema.properties, value) : value;
}

interface SchemaError {
  keyword: string;
  schemaPath: string;
  instancePath: string;
  params: object;
  message: string;
}

const LIMITS = [
  "maxLength",
  "minLength",
  "maximum",
  "minimum",
  "pattern",
  "maxItems",
  "minItems",
  "maxProperties",
];

/** What says most comes first; `anyOf` and the like only repeat what their parts have said. */
const RANKS = [...LIMITS, "required", "additionalProperties", "const", "type"];

/** Of all that a schema's branches complain of, the deepest is what the sender meant to write. */
function describe(errors: readonly SchemaError[]): ContractError {
  const telling = ofMeantAlternatives(errors).filter((error) => RANKS.includes(error.keyword));
  const sorted = telling.sort(
    (left, right) => depth(right) - depth(left) || RANKS.indexOf(left.keyword) - RANKS.indexOf(right.keyword),
  );
  const first = sorted[0];
  if (!first) return contractError("invalid_value", { param: "body", reason: "it does not fit the schema" });
  const param = parameterName(first.instancePath) || "body";
  const alike = sorted.filter(
    (error) => error.instancePath === first.instancePath && error.keyword === first.keyword,
  );
  switch (first.keyword) {
    case "additionalProperties":
      return contractError("unknown_parameter", { param: below(first, "additionalProperties") });
    case "required":
      return contractError("missing_required_parameter", { param: below(first, "requiredProperties") });
    case "type":
      return contractError("invalid_type", { param, expected: values(alike, "type").join(" or ") });
    case "const": {
      const allowed = values(alike, "allowedValue").map((value) => `'${value}'`);
      return contractError("invalid_value", { param, reason: `supported values are ${allowed.join(", ")}` });
    }
    default:
      return contractError("invalid_value", { param, reason: `it ${first.message}` });
  }
}

const within = (path: string, ancestor: string) => path === ancestor || path.startsWith(`${ancestor}/`);

/**
 * Where a `type` tells alternatives apart, and the sender's is that of one of them, the others have nothing to
 * say: without their errors. Where it is none of theirs, all errors.
 */
function ofMeantAlternatives(errors: readonly SchemaError[]): SchemaError[] {
  const others = errors.flatMap(({ keyword, schemaPath, instancePath }) => {
    const [, branch, union] =
      /^((.*\/anyOf)\/\d+)\/properties\/type(?:\/anyOf\/\d+)?$/.exec(schemaPath) ?? [];
    if (keyword !== "const" || branch === undefined || union === undefined) return [];
    return [{ branch, union, at: instancePath.slice(0, -"/type".length) }];
  });
  const isOther = (error: SchemaError) =>
    others.some(({ branch, at }) => within(error.schemaPath, branch) && within(error.instancePath, at));
  const left = errors.filter((error) => !isOther(error));
  const settled = others.filter(({ union, at }) =>
    left.some(
      (error) =>
        error.schemaPath.startsWith(`${union}/`) &&
        within(error.instancePath, at) &&
        // What complains of the whole value is an alternative that is no object.
        !(error.instancePath === at && ["type", "const"].includes(error.keyword)),
    ),
  );
  return errors.filter(
    (error) =>
      !settled.some(({ branch, at }) => within(error.schemaPath, branch) && within(error.instancePath, at)),
  );
}

const depth = (error: SchemaError) => error.instancePath.split("/").length;

function values(errors: SchemaError[], param: string): string[] {
  const found = errors.flatMap((error) => Object.entries(error.params).filter(([name]) => name === param));
  return [...new Set(found.flatMap(([, value]) => value).map(String))];
}

/** `/tools/0/function/name` as `tools[0].function.name`. */
function parameterName(instancePath: string): string {
  const parts = instancePath.split("/").slice(1);
  const named = parts.map((part) =>
    /^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll("~1", "/").replaceAll("~0", "~")}`,
  );
  return named.join("").replace(/^\./, "");
}

function below(error: SchemaError, param: string): string {
  const parent = parameterName(error.instancePath);
  const name = values([error], param)[0] ?? "";
  return parent === "" ? name : `${parent}.${name}`;
}
