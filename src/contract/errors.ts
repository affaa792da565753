/**
 * Every error that leaves this library, in one table. The key is the stable `code` of the error object;
 * `wireCode` is what the original service wrote into the field of that name. A `{name}` in a message is
 * filled in. Texts marked "observed" are the original service's own, word for word, because programs match them.
 */
export interface ErrorRow {
  /** HTTP status; 0 for what never came from a server. */
  readonly status: number;
  readonly type: string;
  readonly wireCode: string | null;
  readonly message: string;
  /** The code where it is not the key: the same mistake, said in the words of another dialect. */
  readonly code?: string;
}

const invalid = (message: string, wireCode: string | null = null, status = 400) =>
  ({ status, type: "invalid_request_error", wireCode, message }) as const satisfies ErrorRow;
const server = (message: string, status: number) =>
  ({ status, type: "server_error", wireCode: null, message }) as const satisfies ErrorRow;
const local = (message: string) =>
  ({ status: 0, type: "client_error", wireCode: null, message }) as const satisfies ErrorRow;

export const errorTable = {
  // Observed.
  assistant_not_found: invalid("No assistant found with id '{id}'.", null, 404),
  thread_locked: invalid("Can't add messages to {thread_id} while a run {run_id} is active."),
  thread_has_active_run: invalid("Thread {thread_id} already has an active run {run_id}."),
  run_not_accepting_outputs: invalid('Runs in status "{status}" do not accept tool outputs.'),
  tool_outputs_mismatch: invalid("Expected tool outputs for call_ids [{expected}], got [{got}]"),
  run_not_cancellable: invalid("Cannot cancel run with status '{status}'."),
  malformed_id: invalid("Invalid '{param}': '{value}'. Expected an ID that begins with '{prefix}'."),
  missing_beta_header: invalid(
    "You must provide the 'OpenAI-Beta' header to access the Assistants API. Please try again by setting the header 'OpenAI-Beta: assistants=v2'.",
    "invalid_beta",
    401,
  ),

  // The same pattern, for the objects whose text nobody recorded.
  thread_not_found: invalid("No thread found with id '{id}'.", null, 404),
  message_not_found: invalid("No message found with id '{id}'.", null, 404),
  run_not_found: invalid("No run found with id '{id}'.", null, 404),
  run_step_not_found: invalid("No run step found with id '{id}'.", null, 404),
  model_not_found: invalid("The model '{id}' does not exist.", "model_not_found", 404),
  message_in_progress: invalid("Can't delete message {id} while run {run_id} is writing it."),
  vector_store_not_found: invalid("No vector store found with id '{id}'.", null, 404),
  vector_store_file_not_found: invalid("No file found with id '{id}' in this vector store.", null, 404),
  vector_store_file_batch_not_found: invalid("No file batch found with id '{id}'.", null, 404),
  vector_store_expired: invalid("The vector store {id} has expired. Make a new one with the files."),
  vector_store_file_not_ready: invalid("The file '{id}' has no content here: its status is {status}."),
  file_batch_not_cancellable: invalid("Cannot cancel file batch with status '{status}'."),
  index_unavailable: server(
    "The service cannot use its search index: {reason}. Try again when the disk has room and can be written.",
    503,
  ),
  file_not_found: invalid("No file found with id '{id}'.", null, 404),
  upload_not_found: invalid("No upload found with id '{id}'.", null, 404),
  upload_part_not_found: invalid("No part found with id '{id}' in this upload.", null, 404),
  upload_not_pending: invalid(
    "Upload '{id}' takes nothing more: its status is {status}. Create another one.",
  ),
  upload_full: invalid("Upload '{id}' takes no more than {limit}.", "file_too_large", 413),
  upload_size_mismatch: invalid("The parts hold {found} bytes, but the upload was created for {expected}."),
  upload_md5_mismatch: invalid("The parts have the MD5 {found} together, not {expected}."),
  range_not_satisfiable: invalid("The file has no bytes in that range: it has {bytes}.", null, 416),

  // What is wrong with a request.
  unknown_parameter: invalid("Unknown parameter: '{param}'.", "unknown_parameter"),
  missing_required_parameter: invalid("Missing required parameter: '{param}'.", "missing_required_parameter"),
  invalid_type: invalid("Invalid type for '{param}': expected {expected}.", "invalid_type"),
  invalid_value: invalid("Invalid value for '{param}': {reason}.", "invalid_value"),
  invalid_cursor: invalid("Invalid '{param}': '{value}' is not in this list.", "invalid_value"),
  stream_by_method: invalid(
    "Leave '{param}' out: whether the run is streamed is the method's choice. Call {method} instead.",
    "unsupported_parameter",
  ),
  invalid_json: invalid("The body is not valid JSON: {reason}", "invalid_json"),
  unsupported_media_type: invalid("The body must be application/json.", "unsupported_media_type", 415),
  form_expected: invalid("The body must be multipart/form-data.", "unsupported_media_type", 415),
  invalid_form: invalid("The form could not be read: {reason}.", "invalid_form"),
  file_too_large: invalid("The file is larger than {limit} bytes.", "file_too_large", 413),
  request_too_large: invalid("The request is larger than {limit} bytes.", "request_too_large", 413),
  request_headers_too_large: invalid(
    "The address and headers of the request are too long.",
    "request_headers_too_large",
    431,
  ),
  request_too_slow: invalid("The request did not arrive in time.", "request_too_slow", 408),
  bad_request: invalid("The request could not be read: {reason}"),
  invalid_api_key: invalid("Incorrect API key provided.", "invalid_api_key", 401),
  route_not_found: invalid("Invalid URL ({method} {path})", "unknown_url", 404),
  azure_invalid_api_key: {
    ...invalid("Access denied due to invalid subscription key or wrong API endpoint.", "401", 401),
    code: "invalid_api_key",
  },
  azure_route_not_found: { ...invalid("Resource not found", "404", 404), code: "route_not_found" },

  // What is wrong with the service.
  store_unavailable: server(
    "The service cannot use its database: {reason}. Nothing was changed; try again when the disk has room and can be written.",
    503,
  ),
  store_not_compacted: server(
    "The database cannot give room back to the disk yet: {reason}. It serves as it is; the next start tries again, and needs as much free room as the database takes.",
    503,
  ),
  files_unavailable: server(
    "The service cannot keep or read its files: {reason}. Nothing was changed; try again when the disk has room and can be written.",
    503,
  ),
  service_closed: server("The service is shutting down.", 503),
  internal_error: server("The service failed in a way it did not expect. Its log says more.", 500),
  data_directory_in_use: server(
    "The data directory {directory} is used by another process. Stop that process or choose another directory.",
    503,
  ),
  data_directory_unusable: server(
    "The data directory {directory} cannot be used: {reason}. Choose a directory that can be written.",
    503,
  ),
  data_directory_settings_differ: server(
    "The data directory {directory} is already in use here with other settings. Give both the same settings or different directories.",
    503,
  ),
  node_too_old: local("Assistants for Node-RED needs Node.js {needed} or newer; this is {found}."),
  port_in_use: local("Port {port} is in use by another program. Choose another port."),
  address_unavailable: local("The server cannot listen on {host} port {port}: {reason}."),
  missing_api_key: local(
    "The service needs an API key. Give one with --api-key or in the environment variable ASSISTANTS_API_KEY.",
  ),
  invalid_option: local("{reason} Run with --help to see what can be given."),

  // What goes wrong on the way to a server.
  connection_failed: local(
    "{method} {url} failed: {reason}. Check the address and that the server is running.",
  ),
  request_timeout: local("{method} {url} got no answer within {seconds} s."),
  unreadable_answer: local(
    "{method} {url} answered with status {status} and something that is not JSON: {excerpt}. Check the address.",
  ),
  stream_unsupported: local(
    "{method} {url} was asked for a stream and answered otherwise: {excerpt}. The run may have begun; call the method that does not stream, and poll the run until it ends.",
  ),
  stream_broken: local(
    "The stream of {method} {url} broke off: {reason}. The run may go on; read it with getRun.",
  ),
  content_unreadable: local(
    "The content of the file to upload could not be read: {reason}. Nothing was uploaded; give content that can be read once from its beginning.",
  ),
  content_broken: local(
    "The content that {method} {url} answers with broke off: {reason}. Ask for it again.",
  ),
  invalid_base_url: local("'{url}' is not an http or https address. Give one such as https://host/v1."),
  call_aborted: local("The call was given up before it was answered."),
  client_closed: local("This client was closed and makes no more calls."),
  invalid_proxy: local(
    "The proxy in the environment variables HTTP_PROXY and HTTPS_PROXY cannot be used. Give an address such as http://host:3128.",
  ),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** The code of an error whose text is not in the table, by its HTTP status; of any other, `bad_request` or `server_error`. */
export const codesByStatus: Record<number, string> = {
  400: "bad_request",
  401: "invalid_api_key",
  403: "forbidden",
  404: "not_found",
  408: "request_timeout",
  409: "conflict",
  413: "request_too_large",
  429: "rate_limit_exceeded",
};

interface ErrorFields {
  code: string;
  status: number;
  type: string;
  param: string | null;
  wireCode: string | null;
  requestId?: string | null;
}

/** The body of an error on the wire. */
export interface WireError {
  error: { message: string; type: string; param: string | null; code: string | null };
}

/** An error of the contract, whichever implementation it came from. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  /** Stable: a key of the errors table, or for a foreign server's other errors a word for its status. */
  readonly code: string;
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly wireCode: string | null;
  readonly requestId: string | null;

  constructor(message: string, fields: ErrorFields, options?: ErrorOptions) {
    super(message, options);
    this.code = fields.code;
    this.status = fields.status;
    this.type = fields.type;
    this.param = fields.param;
    this.wireCode = fields.wireCode;
    this.requestId = fields.requestId ?? null;
  }

  /** The same error as a server writes it. */
  toWire(): WireError {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.wireCode } };
  }
}

/**
 * The error of a row of the table.
 * @param values fills the `{name}`s of the message; `param` also becomes the error's own.
 */
export function contractError(
  code: ErrorCode,
  values: Record<string, string | number> = {},
  options?: ErrorOptions,
): ContractError {
  const { message, ...row }: ErrorRow = errorTable[code];
  const text = message.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
  const param = values["param"] === undefined ? null : String(values["param"]);
  return new ContractError(text, { code, ...row, param }, options);
}

/** Characters. Longer texts are not compared: a hostile one would keep the patterns busy. */
const LONGEST_KNOWN_TEXT = 1000;

const literal = (text: string) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");

const knownTexts = Object.entries<ErrorRow>(errorTable)
  .filter(([, row]) => row.status !== 0)
  .map(([key, row]) => ({
    code: row.code ?? key,
    status: row.status,
    pattern: new RegExp(`^${literal(row.message).replace(/\{\w+\}/g, "[^]*")}$`),
  }));

/** The row of the table with this text; of this status, where the server gave one. */
function knownError(status: number | null, message: string) {
  if (message.length > LONGEST_KNOWN_TEXT) return undefined;
  return knownTexts.find((row) => (status ?? row.status) === row.status && row.pattern.test(message));
}

/**
 * The stable code of an error that a server sent: the row of the table with this text, else the server's own
 * code when it is a word, else a word for the status. So a flow can catch `thread_locked` whoever says it.
 */
export function recogniseError(status: number, message: string, wireCode: string | null): string {
  const known = knownError(status, message);
  if (known) return known.code;
  if (wireCode !== null && !/^\d*$/.test(wireCode)) return wireCode;
  return codesByStatus[status] ?? (status >= 500 ? "server_error" : "bad_request");
}

/** The status of an error that came without one, in a stream: that of the row with its text, else a server's. */
export function statusOfText(message: string): number {
  return knownError(null, message)?.status ?? 500;
}
