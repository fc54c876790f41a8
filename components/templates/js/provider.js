// Example Sign, as a provider: who it is (`manifest`), what it can do (`actions`), which lists it offers
// (`dataSources`), and how its webhooks are read (`events`). The names are those of the files in `wit/`, in camelCase;
// read them beside this. Not here: sending requests and naming failures (`exchange.js`).
//
// The service behind it is made up. It has four requests:
//   POST /documents              makes a draft                             -> {"id": …}
//   PUT  /documents/{id}/file    takes the file
//   POST /documents/{id}/send    mails the signers                         -> {"status": "sent", "link": …}
//   GET  /documents/{id}         tells where it stands                     -> {"status": …, "link": …}
// Put your provider's in their place.
//
// Each call runs in a fresh instance of this component, and a host may run it again with the same input, clock and
// answers. It must then make the same requests in the same order, so keep nothing between calls.

import { documentCreated } from "countersign:provider/progress@0.1.0";
import { answerOf, failure, get, guarded, post, put } from "./exchange.js";

const english = (text) => [{ language: "en", text }];

// A host denies every request that the running action does not declare here.
const READ = { role: "api", method: "GET", path: "/documents/{id}" };
const SEND = [
  { role: "api", method: "POST", path: "/documents" },
  { role: "api", method: "PUT", path: "/documents/{id}/file" },
  { role: "api", method: "POST", path: "/documents/{id}/send" },
  READ,
];

// The provider's words, and their neutral reading. A word that is not here is carried as `other`, never refused.
const STATES = { draft: "draft", sent: "in-progress", signed: "completed", refused: "declined" };

export const manifest = {
  // Read once, when a host admits the component. No import may be called here.
  describe() {
    const action = (name, label, egress) => ({ name, label: english(label), egress, settings: [] });
    return {
      id: "example-sign",
      names: english("Example Sign"),
      version: "0.1.0",
      publisher: "Unnamed",
      licence: "MIT",
      contractMinimum: "0.1.0",
      experimental: false,
      connections: [
        {
          role: "api",
          description: "The API of Example Sign.",
          // The operator configures the token, the host adds it. It never enters this component.
          authentication: [{ tag: "bearer" }],
          environments: [{ name: "production", baseUrl: "https://api.example.com/v1" }],
        },
      ],
      settings: [],
      actions: [
        action("send-for-signature", "(Example Sign) Send for signature", SEND),
        action("get-document-status", "(Example Sign) Get document status", [READ]),
      ],
      webhooks: [],
    };
  },
};

export const actions = guarded({
  // Nobody may be mailed twice, whatever crashes: make a draft, tell the host its id, upload, and only then send.
  sendForSignature(input) {
    check(input);
    // An earlier attempt of this very send came so far: go on with its draft, unless it was sent already.
    const resumed = input.resumeDocument !== undefined;
    const id = resumed ? input.resumeDocument : createDraft(input);
    // From here on the host knows the id, whatever happens next.
    documentCreated(id);
    let document = resumed ? read(id) : { status: "draft" };
    if (document.status === "draft") {
      put("api", ["documents", id, "file"], { attachment: input.documents[0] });
      document = mail(id);
    }
    return { documentId: id, link: document.link, status: statusOf(document), recipients: [] };
  },

  getDocumentStatus(input) {
    if (input.documentId.trim() === "") {
      throw failure.invalid("document-id", "is empty: nothing was sent yet; send it for signature first");
    }
    return statusOf(read(input.documentId));
  },

  // What is left out of the manifest is never asked for; the contract wants an answer all the same.
  getRecipientStatuses: unsupported,
  getDocument: unsupported,
  getSigningLink: unsupported,
  sendReminders: unsupported,
  withdrawDocument: unsupported,
  listChanges: unsupported,
});

export const dataSources = {
  list: () => [],
  rows(input) {
    throw failure.invalid("source", `there is no data source \`${input.source}\``);
  },
};

export const events = {
  read() {
    throw { tag: "unsupported", val: "Example Sign has no webhook" };
  },
};

// What can be told before anything is sent. The field is named as in `wit/actions.wit`, so that a form can show it.
function check(input) {
  if (input.recipients.length === 0) {
    throw failure.invalid("recipients", "is empty; add at least one signer");
  }
  if (input.documents.length !== 1) {
    throw failure.invalid("documents", `holds ${input.documents.length} files; Example Sign takes exactly one`);
  }
}

// `repeatable`: a second draft mails nobody. A host that lost the answer may simply ask again.
function createDraft(input) {
  const signers = input.recipients.map((recipient) => ({
    name: recipient.displayName ?? [recipient.firstName, recipient.lastName].filter(Boolean).join(" "),
    email: recipient.email.trim(),
  }));
  const body = { title: input.title, reference: input.clientReference, signers };
  const draft = answerOf(post("api", ["documents"], { json: body }, "repeatable"));
  if (typeof draft.id !== "string" || draft.id === "") {
    throw failure.other("no-id", "the answer to the new draft has no `id`");
  }
  return draft.id;
}

// `once`: this mails people, so it is never repeated blindly. Where the answer was lost, the truth is looked up.
function mail(id) {
  try {
    return answerOf(post("api", ["documents", id, "send"], { json: {} }, "once"));
  } catch (failed) {
    if (failed.tag !== "in-doubt") throw failed;
    const document = read(id);
    // Still a draft: it may be on its way all the same. Then a person decides.
    if (document.status === "draft") throw failed;
    return document;
  }
}

function read(id) {
  return answerOf(get("api", ["documents", id]));
}

function statusOf(document) {
  return { code: document.status, state: STATES[document.status] ?? "other" };
}

function unsupported() {
  throw failure.unsupported();
}
