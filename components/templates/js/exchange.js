// Sends requests over the operator's connection, reads answers, and says whose fault it is when something goes wrong:
// a host decides by that whether to try again, to ask the operator, or to let a person look. Nothing here knows of one
// provider. Failures of the contract are thrown as plain objects, `{ tag, val }`; an `Error` is a bug of the component.

import { now } from "countersign:provider/clock@0.1.0";
import { send } from "countersign:provider/http@0.1.0";
import { write } from "countersign:provider/log@0.1.0";

const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const MESSAGE_CHARS_MAX = 300;

// A component has no console. What it says there goes into the operator's log; `countersign conformance` shows it with
// a case that fails.
const said = (level) => (...words) => write(level, words.map(String).join(" "), []);
console.debug = said("debug");
console.log = console.info = said("info");
console.warn = said("warn");
console.error = said("error");

// The failures of `wit/types.wit` that a provider makes itself.
export const failure = {
  invalid: (field, reason) => ({ tag: "invalid", val: { field, reason } }),
  rejected: (code, message) => ({ tag: "rejected", val: { code, message: shorten(message) } }),
  unauthorized: (message, consentUrl) => ({ tag: "unauthorized", val: { message: shorten(message), consentUrl } }),
  transient: (message, retryAfterMs) => ({ tag: "transient", val: { message: shorten(message), retryAfterMs } }),
  other: (code, message) => ({ tag: "other", val: { code, message: shorten(message) } }),
  inDoubt: (message) => ({ tag: "in-doubt", val: shorten(message) }),
  notFound: () => ({ tag: "not-found" }),
  unsupported: () => ({ tag: "unsupported" }),
};

// A bug in an action is told in words. Without this the component would trap, and nobody would see why.
export function guarded(actions) {
  const tell = (action) => (input) => {
    try {
      return action(input);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      console.error(`${error.name}: ${error.message}\n${error.stack}`);
      throw failure.other("bug", `${error.name}: ${error.message}`);
    }
  };
  return Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, tell(action)]));
}

// Reads; may be repeated freely.
export function get(role, path) {
  return fetch(role, "GET", path, { tag: "none" }, "read");
}

// Says what shall be, so a repeat changes nothing.
export function put(role, path, content) {
  return fetch(role, "PUT", path, body(content), "repeatable");
}

// `repeat` is what a second such request would do: `repeatable` (it harms nobody) or `once` (somebody is mailed).
export function post(role, path, content, repeat) {
  return fetch(role, "POST", path, body(content), repeat);
}

// The JSON of an answer. After a `once` request, one that cannot be read is in doubt: it happened all the same.
export function answerOf({ response, repeat }) {
  try {
    return JSON.parse(text(response));
  } catch (error) {
    const message = `the answer (HTTP ${response.status}) is no JSON: ${error.message}`;
    throw repeat === "once" ? failure.inDoubt(message) : failure.other("malformed-response", message);
  }
}

// The path is given a segment at a time and not encoded: ids may hold `/`, `:` and `=`, the host sees to that.
// The base URL and the credentials are the operator's, and are added behind the host's door.
function fetch(role, method, path, body, repeat) {
  const destination = { tag: "inline", val: ANSWER_BYTES_MAX };
  let response;
  try {
    response = send({ role, method, path, query: [], headers: [], body, destination, repeat });
  } catch (error) {
    // A failure of an import comes as an error with the contract's value as its payload.
    throw error.payload === undefined ? error : unanswered(error.payload, repeat);
  }
  if (response.status < 200 || response.status > 299) throw refused(response, repeat);
  return { response, repeat };
}

function body(content) {
  const composed = (contentType, chunk) => ({ tag: "composed", val: { contentType, chunks: [chunk] } });
  if (content.attachment !== undefined) {
    // The host streams the file; its bytes never enter the component.
    return composed("application/pdf", { tag: "attachment", val: content.attachment });
  }
  const bytes = new TextEncoder().encode(JSON.stringify(content.json));
  return composed("application/json", { tag: "bytes", val: bytes });
}

// There is no answer. Where somebody may have acted on a request that must not be repeated, it is in doubt.
function unanswered({ kind, requestSent, message, consentUrl }, repeat) {
  if (kind === "in-doubt" || (repeat === "once" && requestSent === "maybe")) return failure.inDoubt(message);
  switch (kind) {
    case "denied":
      return { tag: "denied", val: message };
    case "unauthorized":
      return failure.unauthorized(message, consentUrl);
    case "timeout":
    case "connect":
      return failure.transient(message);
    default:
      return failure.other(kind, message);
  }
}

// The provider answered, and not with success. The host has already asked for a fresh token after a 401.
function refused(response, repeat) {
  const { status } = response;
  const message = text(response).trim() || "no explanation was given";
  const said = `HTTP ${status}: ${message}`;
  if (status === 401 || status === 403) return failure.unauthorized(said);
  if (status === 404 || status === 410) return failure.notFound();
  if (status === 408 || status === 425 || status === 429) return failure.transient(said, retryAfterMs(response));
  if (status >= 500) {
    // Some providers fail after the work is done.
    return repeat === "once" ? failure.inDoubt(said) : failure.transient(said, retryAfterMs(response));
  }
  return status >= 400 ? failure.rejected(String(status), message) : failure.other(String(status), message);
}

// Seconds, or a date seen from the call's own clock (RFC 9110 section 10.2.3). `Date.now()` would be frozen too.
function retryAfterMs(response) {
  const value = response.headers.find((header) => header.name === "retry-after")?.value.trim();
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return BigInt(value) * 1000n;
  const at = Date.parse(value);
  if (Number.isNaN(at)) return undefined;
  const wait = BigInt(at) - now();
  return wait > 0n ? wait : 0n;
}

function text(response) {
  return new TextDecoder().decode(response.body.tag === "inline" ? response.body.val : new Uint8Array());
}

// A history line, not a page.
function shorten(message) {
  const letters = [...message.replace(/\s+/g, " ").trim()];
  return letters.length > MESSAGE_CHARS_MAX ? `${letters.slice(0, MESSAGE_CHARS_MAX).join("")}…` : letters.join("");
}
