/** What stands above a body: ids in addresses, queries and headers. */
import fc from "fast-check";
import { KEY } from "./request-bytes.ts";

/** What may stand in a request line: no spaces and no line breaks, which would end it. */
const lineSafe = (text: string) => text.replace(/[\s#]/g, "%20");

export const hostileSegment = fc.oneof(
  fc.constantFrom(
    ...[
      "%",
      "%zz",
      "%00",
      "%2e%2e",
      "..",
      ".",
      "%2f",
      "%5c",
      "%c0%af",
      "%ff",
      "%ed%a0%80",
      "__proto__",
      "thread_",
    ],
    ...[
      "asst_%00",
      "run_%",
      `msg_${"x".repeat(5000)}`,
      `thread_${"%41".repeat(300)}`,
      "thread_x;DROP",
      "thread_'--",
    ],
  ),
  fc
    .string({ unit: "binary", minLength: 1, maxLength: 30 })
    .map((text) => encodeURIComponent(text.toWellFormed())),
  fc.string({ minLength: 1, maxLength: 30 }).map(lineSafe),
  fc
    .constantFrom("asst_", "thread_", "msg_", "run_", "step_", "file-", "vs_", "vsfb_", "upload_")
    .map((prefix) => `${prefix}0123456789abcdefABCDEF01`),
);

const queryName = fc.oneof(
  fc.constantFrom(
    "limit",
    "order",
    "after",
    "before",
    "run_id",
    "include",
    "api-version",
    "limit[]",
    "limit%00",
  ),
  fc.constantFrom("purpose", "filter", "include[]", "after[]", "before[x]"),
  fc.constantFrom("__proto__", "constructor", "%", "thread_id", "stream"),
  fc.string({ maxLength: 10 }).map(lineSafe),
);

const queryValue = fc.oneof(
  fc.constantFrom(
    "1",
    "0",
    "-1",
    "101",
    "1e3",
    "NaN",
    "99999999999999999999",
    "asc",
    "desc",
    "ASC",
    "",
    "%",
    "%00",
  ),
  // Of which all but one are of other lists.
  fc.constantFrom("{assistant_id}", "{message_id}", "{run_id}", "{step_id}", "{file_id}", "{batch_id}"),
  fc.constantFrom("vision", "completed", "step_details.tool_calls[*].file_search.results[*].content"),
  fc.constantFrom("%ff", "null", "[]", "{}", "asst_x", "msg_x", "'%20OR%201=1--", "x".repeat(3000)),
  fc.string({ maxLength: 20 }).map(lineSafe),
);

export const hostileQuery = fc
  .array(fc.tuple(queryName, queryValue), { minLength: 1, maxLength: 5 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&"));

/** A header that every request needs, with its own value and another. */
export const headerTwice = fc
  .tuple(
    fc.constantFrom<[right: string, ...others: string[]]>(
      ["host: test", "host: other", "host:"],
      [`authorization: Bearer ${KEY}`, "authorization: Bearer wrong", "authorization: Basic eDp5"],
      ["openai-beta: assistants=v2", "openai-beta: assistants=v1", "openai-beta:"],
      ["content-type: application/json", "content-type: text/plain", "content-type: multipart/form-data"],
      ["content-length: 2", "content-length: 3", "content-length: 0"],
      ["content-length: 2", "transfer-encoding: chunked"],
      ["x-request-id: mine", "x-request-id: yours"],
      ["api-key: wrong", `api-key: ${KEY}`],
    ),
    fc.nat(),
    fc.boolean(),
  )
  .map(([[right, ...others], which, isFirst]) => {
    const other = others[which % others.length] ?? right;
    return isFirst ? [right, other] : [other, right];
  });

export const hostileHeaders = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...[
        "authorization: Bearer wrong",
        "authorization:",
        "Authorization: Basic eDp5",
        "openai-beta: assistants=v1",
      ],
      ...[
        "openai-beta:",
        "content-length: 0",
        "content-length: 2",
        "content-length: 3, 3",
        "content-length: -1",
      ],
      ...[
        "content-length: 99999999999999999999",
        "transfer-encoding: chunked",
        "transfer-encoding: gzip, chunked",
      ],
      ...[
        "transfer-encoding: identity",
        "expect: 100-continue",
        "expect: nonsense",
        "range: bytes=0-0",
        "range: bytes=-1",
        "range: bytes=99999999999999999999-",
        "range: bytes=5-1",
        "range: bytes=0-0,2-2",
        "range: lines=1",
        "if-range: x",
        "content-encoding: gzip",
      ],
      ...[
        "range: bytes=0-0",
        "range: bytes=-1",
        "range: bytes=99999999999999999999-",
        "range: bytes=5-1",
        "range: bytes=0-0,2-2",
        "range: lines=1",
        "if-range: x",
      ],
      ...[
        "upgrade: websocket",
        "host:",
        "host: a, b",
        "content-type: text/plain",
        "content-type: application/json",
      ],
      ...[
        "content-type: application/json; charset=utf-16",
        "x-request-id: mine",
        "accept: text/event-stream",
      ],
      ...[`x-long: ${"y".repeat(20_000)}`, "x-bad\u0000name: 1", "no colon", ": no name", " folded: 1"],
    ),
    fc.string({ maxLength: 30, unit: "binary-ascii" }).map((text) => `x-any: ${text.replace(/[\r\n]/g, "")}`),
  ),
  { minLength: 1, maxLength: 4 },
);
