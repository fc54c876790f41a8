"""Example Sign, as a provider: who it is (`Manifest`), what it can do (`Actions`), which lists it offers
(`DataSources`), and how its webhooks are read (`Events`). The names are those of the files in `wit/`, in snake_case;
read them beside this. Not here: sending requests and naming failures (`exchange.py`).

The service behind it is made up. It has four requests:
  POST /documents              makes a draft                             -> {"id": …}
  PUT  /documents/{id}/file    takes the file
  POST /documents/{id}/send    mails the signers                         -> {"status": "sent", "link": …}
  GET  /documents/{id}         tells where it stands                     -> {"status": …, "link": …}
Put your provider's in their place.

Each call runs in a fresh instance of this component, and a host may run it again with the same input, clock and
answers. It must then make the same requests in the same order, so keep nothing between calls.
"""

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.actions import SentDocument
from wit_world.exports.events import Rejection_Unsupported
from wit_world.exports.manifest import (
    ActionDeclaration,
    Authentication_Bearer,
    ConnectionRole,
    Description,
    EgressRule,
    Environment,
)
from wit_world.imports.http import Repeat
from wit_world.imports.progress import document_created
from wit_world.imports.types import (
    DocumentState,
    DocumentStatus,
    Failure_InDoubt,
    Failure_Unsupported,
    Translation,
)

from exchange import answer_of, get, guarded, invalid, other, post_json, put_file


def english(text):
    return [Translation("en", text)]


# A host denies every request that the running action does not declare here.
READ = EgressRule("api", "GET", "/documents/{id}")
SEND = [
    EgressRule("api", "POST", "/documents"),
    EgressRule("api", "PUT", "/documents/{id}/file"),
    EgressRule("api", "POST", "/documents/{id}/send"),
    READ,
]

# The provider's words, and their neutral reading. A word that is not here is carried as `other`, never refused.
STATES = {
    "draft": DocumentState.DRAFT,
    "sent": DocumentState.IN_PROGRESS,
    "signed": DocumentState.COMPLETED,
    "refused": DocumentState.DECLINED,
}


class Manifest(exports.Manifest):
    def describe(self):
        """Read once, when a host admits the component. No import may be called here."""
        return Description(
            id="example-sign",
            names=english("Example Sign"),
            version="0.1.0",
            publisher="Unnamed",
            licence="MIT",
            contract_minimum="0.1.0",
            deprecated=None,
            experimental=False,
            connections=[
                ConnectionRole(
                    role="api",
                    description="The API of Example Sign.",
                    # The operator configures the token, the host adds it. It never enters this component.
                    authentication=[Authentication_Bearer()],
                    environments=[Environment("production", "https://api.example.com/v1", None)],
                )
            ],
            settings=[],
            actions=[
                ActionDeclaration("send-for-signature", english("(Example Sign) Send for signature"), SEND, []),
                ActionDeclaration("get-document-status", english("(Example Sign) Get document status"), [READ], []),
            ],
            webhooks=[],
        )


@guarded
class Actions(exports.Actions):
    def send_for_signature(self, input):
        """Nobody may be mailed twice, whatever crashes: make a draft, tell the host its id, upload, only then send."""
        check(input)
        # An earlier attempt of this very send came so far: go on with its draft, unless it was sent already.
        resumed = input.resume_document is not None
        id = input.resume_document if resumed else create_draft(input)
        # From here on the host knows the id, whatever happens next.
        document_created(id)
        document = read(id) if resumed else {"status": "draft"}
        if document["status"] == "draft":
            put_file("api", ["documents", id, "file"], input.documents[0])
            document = mail(id)
        return SentDocument(document_id=id, link=document.get("link"), status=status_of(document), recipients=[])

    def get_document_status(self, input):
        if not input.document_id.strip():
            raise invalid("document-id", "is empty: nothing was sent yet; send it for signature first")
        return status_of(read(input.document_id))

    # What is left out of the manifest is never asked for; the contract wants an answer all the same.

    def get_recipient_statuses(self, input):
        raise Err(Failure_Unsupported())

    def get_document(self, input):
        raise Err(Failure_Unsupported())

    def get_signing_link(self, input):
        raise Err(Failure_Unsupported())

    def send_reminders(self, input):
        raise Err(Failure_Unsupported())

    def withdraw_document(self, input):
        raise Err(Failure_Unsupported())

    def list_changes(self, input):
        raise Err(Failure_Unsupported())


class DataSources(exports.DataSources):
    def list(self):
        return []

    def rows(self, input):
        raise invalid("source", f"there is no data source `{input.source}`")


class Events(exports.Events):
    def read(self, request):
        raise Err(Rejection_Unsupported("Example Sign has no webhook"))


def check(input):
    """What can be told before anything is sent. The field is named as in `wit/actions.wit`, so a form can show it."""
    if not input.recipients:
        raise invalid("recipients", "is empty; add at least one signer")
    if len(input.documents) != 1:
        raise invalid("documents", f"holds {len(input.documents)} files; Example Sign takes exactly one")


def create_draft(input):
    """`repeatable`: a second draft mails nobody. A host that lost the answer may simply ask again."""
    signers = [{"name": name_of(recipient), "email": recipient.email.strip()} for recipient in input.recipients]
    body = {"title": input.title, "reference": input.client_reference, "signers": signers}
    draft = answer_of(post_json("api", ["documents"], body, Repeat.REPEATABLE))
    if not isinstance(draft.get("id"), str) or not draft["id"]:
        raise other("no-id", "the answer to the new draft has no `id`")
    return draft["id"]


def name_of(recipient):
    parts = filter(None, [recipient.first_name, recipient.last_name])
    return recipient.display_name or " ".join(parts)


def mail(id):
    """`once`: this mails people, so it is never repeated blindly. Where the answer was lost, the truth is looked up."""
    try:
        return answer_of(post_json("api", ["documents", id, "send"], {}, Repeat.ONCE))
    except Err as failed:
        if not isinstance(failed.value, Failure_InDoubt):
            raise
        document = read(id)
        # Still a draft: it may be on its way all the same. Then a person decides.
        if document["status"] == "draft":
            raise
        return document


def read(id):
    return answer_of(get("api", ["documents", id]))


def status_of(document):
    code = document["status"]
    return DocumentStatus(code, STATES.get(code, DocumentState.OTHER))
