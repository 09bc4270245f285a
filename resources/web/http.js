// Requests to this server. Every failure is a Problem.

/** What went wrong: `code` for programs, `message` (the detail) for people; `status` 0 means that no answer came. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || "Something went wrong.");
    this.status = status;
    this.code = body.code || "internal_error";
    this.title = body.title || "";
    this.sourceId = body.id || null;
  }
}

/** The Problem of a server that gives no answer. */
export function offline() {
  return new Problem(0, { code: "offline", title: "Miauflix does not answer", detail: "See that it runs, then try again." });
}

async function problemOf(reply) {
  const body = await reply.json().catch(() => ({ title: `The server answered ${reply.status}` }));
  return new Problem(reply.status, body || {});
}

/** Fetch from this server. Throws a Problem when no answer comes. */
export async function send(path, options) {
  try {
    return await fetch(path, Object.assign({ credentials: "same-origin", cache: "no-store" }, options));
  } catch (error) {
    throw offline();
  }
}

function json(method, body) {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** The options of a POST of JSON. */
export function posting(body) {
  return json("POST", body);
}

/** The options of a PUT of JSON. */
export function putting(body) {
  return json("PUT", body);
}

/** Fetch what must succeed. Throws a Problem when it does not. */
export async function open(path, options) {
  const reply = await send(path, options);
  if (!reply.ok) {
    throw await problemOf(reply);
  }
  return reply;
}

/** Whether the Problem means that this device has to be let in (again). */
export function isSignedOut(problem) {
  return problem.status === 401 || problem.code === "invalid_grant";
}
