"""A second host: runs one conformance case of an action or a data source on any component of the contract.

    pip install wasmtime
    python3 host/second-host.py COMPONENT.wasm fixtures/paper/get-document/signed

It shares nothing with the first one but `wit/` and `fixtures/`, and proves that these two are the contract. It knows
nothing of grants, limits, journals, masking or second attempts and checks less than `countersign conformance`: not the
headers of a request, and no events. It is for reading, not for running components you do not trust.
"""

import base64
import json
import sys
import urllib.parse
from datetime import datetime
from pathlib import Path

from wasmtime import Config, Engine, Store, WasiConfig
from wasmtime import component as c

PACKAGE, VERSION = "countersign:provider", "0.1.0"
# `rows` and two actions answer no record; a case gives their answer a name.
NAMED = {"get-document-status": "status", "get-recipient-statuses": "recipients", "rows": "rows"}


def record(**fields):
    made = c.Record()
    for name, value in fields.items():
        setattr(made, name.replace("_", "-"), value)
    return made


def shape(kind, value):
    """JSON as a value of this type of the contract: what a case leaves out is none, empty or false."""
    if isinstance(kind, c.RecordType):
        given = value or {}
        return record(**{name: shape(field, given.get(name)) for name, field in kind.fields})
    if isinstance(kind, c.ListType):
        return [shape(kind.element, item) for item in value or []]
    if isinstance(kind, c.OptionType):
        return None if value is None else shape(kind.payload, value)
    return bool(value) if isinstance(kind, c.Bool) else value


def plain(value):
    """A value of the contract as a case writes it: none and empty lists are left out."""
    if isinstance(value, c.Variant):
        return value.tag if value.payload is None else {value.tag: plain(value.payload)}
    if isinstance(value, c.Record):
        fields = {name: plain(field) for name, field in vars(value).items()}
        return {name: field for name, field in fields.items() if field not in (None, [])}
    return [plain(item) for item in value] if isinstance(value, list) else value


def fits(expected, found):
    if expected == {"any": True}:
        return True
    if isinstance(expected, dict) and isinstance(found, dict):
        expected, found = ({k: v for k, v in side.items() if v not in (None, [])} for side in (expected, found))
        return expected.keys() == found.keys() and all(fits(expected[name], found[name]) for name in expected)
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(fits, expected, found))
    return expected == found


def written(value):
    """A header as it is sent; a case writes JSON in base64 in clear."""
    if isinstance(value, str):
        return value
    if "base64-json" in value:
        return base64.b64encode(json.dumps(value["base64-json"]).encode()).decode()
    return base64.urlsafe_b64encode(json.dumps(value["base64url-json"]).encode()).decode().rstrip("=")


class Differs(Exception):
    """What a case says and what happened are not the same."""


def must(name, expected, found):
    if not fits(expected, found):
        raise Differs(f"{name}\n  expected {json.dumps(expected)}\n  found    {json.dumps(found)}")


def content(folder, file):
    """The bytes a case names or describes."""
    if "filled" in file:
        text, size = file["filled"]["with"].encode(), file["filled"]["bytes"]
        return (text * (size // len(text) + 1))[:size]
    if "json" in file:
        return json.dumps(file["json"]).encode()
    if "json-lines" in file:
        return "\n".join(map(json.dumps, file["json-lines"])).encode()
    return file["text"].encode() if "text" in file else (folder / file["file"]).read_bytes()


def body_of(body, files):
    """What is sent, as an exchange writes it."""
    if body.tag == "composed":
        return pieces(getattr(body.payload, "content-type"), body.payload.chunks, files)
    if body.tag == "none":
        return None
    parts = []
    for part in body.payload.parts:
        types = [header.value for header in part.headers if header.name == "content-type"]
        headers = [plain(header) for header in part.headers]
        parts.append({"headers": headers, "body": pieces("".join(types), part.chunks, files)})
    return {"multipart": parts}


def pieces(content_type, chunks, files):
    if [chunk.tag for chunk in chunks] in (["attachment"], ["attachment-base64"]):
        return {chunk.tag: chunk.payload for chunk in chunks}
    data = b"".join(chunk.payload if chunk.tag == "bytes" else of_file(chunk, files) for chunk in chunks)
    return {"json": json.loads(data)} if content_type == "application/json" and data else {"text": data.decode()}


def of_file(chunk, files):
    data = files[chunk.payload][1]
    return base64.b64encode(data) if chunk.tag == "attachment-base64" else data


class Host:
    """The imports of the contract, answered from a case's folder."""

    def __init__(self, folder, provider):
        self.folder, self.case = folder, json.loads((folder / "case.json").read_text())
        self.settings = json.loads((provider / "connection.json").read_text()).get("settings", {})
        self.settings |= self.case.get("settings", {})
        self.exchanges = [json.loads(path.read_text()) for path in sorted(folder.glob("[0-9]*.json"))]
        self.files = {file["id"]: (file, content(folder, file)) for file in self.case.get("attachments", [])}
        self.granted, self.created_id = len(self.files), None

    def imports(self):
        return {
            "http": {"send": self.send, "connection-setting": lambda _, name: self.settings.get(name)},
            "attachments": {"describe": self.describe, "read": self.read, "create": self.create},
            "clock": {"now": lambda _: int(datetime.fromisoformat(self.case["now"].replace("Z", "+00:00")).timestamp() * 1000)},
            "log": {"write": lambda *_: None},
            "progress": {"document-created": lambda _, document: setattr(self, "created_id", document)},
        }

    def send(self, _, sent):
        if not self.exchanges:
            raise Differs(f"a request that the case does not have: {sent.method} {sent.path}")
        exchange = self.exchanges.pop(0)
        expected, answer = exchange["request"], exchange["response"]
        found = {
            "connection": sent.role,
            "method": sent.method,
            "path": "".join("/" + urllib.parse.quote(segment, safe="") for segment in sent.path),
            "query": [list(pair) for pair in sent.query],
            "repeat": sent.repeat,
            "body": body_of(sent.body, self.files),
        }
        must("request", {name: expected.get(name, [] if name == "query" else None) for name in found}, found)
        if "broken" in answer:
            kind = "timeout" if answer["broken"] == "timeout" else "connect"
            known = "no" if answer["broken"] == "before-send" else "maybe"
            return c.Variant("err", record(kind=kind, request_sent=known, message=kind, consent_url=None))
        headers = [record(name=header["name"], value=written(header["value"])) for header in answer.get("headers", [])]
        body = content(self.folder, answer["body"]) if "body" in answer else b""
        if isinstance(sent.destination, c.Record) and 200 <= answer["status"] < 300:
            name, media = sent.destination.name, getattr(sent.destination, "media-type")
            number = self.create(None, name, media, body)
            body = record(attachment=number, size=len(body), sha256="")
        return c.Variant("ok", record(status=answer["status"], headers=headers, body=body))

    def describe(self, _, number):
        if number not in self.files:
            return c.Variant("denied")
        file, data = self.files[number]
        return record(id=number, name=file["name"], media_type=file["media-type"], size=len(data), sha256="")

    def read(self, _, number, offset, length):
        return self.files[number][1][offset : offset + length] if number in self.files else c.Variant("denied")

    def create(self, _, name, media_type, data):
        number = max(self.files, default=0) + 1
        self.files[number] = ({"name": name, "media-type": media_type}, data)
        return number


def main(component, folder):
    folder = Path(folder).resolve()
    of_source = folder.parent.parent.name == "data-sources"
    interface, action = ("data-sources", "rows") if of_source else ("actions", folder.parent.name)
    host = Host(folder, folder.parents[2] if of_source else folder.parents[1])
    engine = Engine(Config())
    store = Store(engine)
    store.set_wasi(WasiConfig())  # no files, no variables, no network: inert
    linker = c.Linker(engine)
    linker.add_wasip2()
    with linker.root() as root:
        for name, functions in host.imports().items():
            with root.add_instance(f"{PACKAGE}/{name}@{VERSION}") as instance:
                for function, answer in functions.items():
                    instance.add_func(function, answer)
    instance = linker.instantiate(store, c.Component.from_file(engine, component))
    exports = instance.get_export_index(store, f"{PACKAGE}/{interface}@{VERSION}")
    call = instance.get_func(store, instance.get_export_index(store, action, exports))
    (_, kind), = call.type(store).params
    result = call(store, shape(kind, host.case["input"]))
    failed = isinstance(result, c.Variant)  # of the results of actions, only failures are variants
    found = plain(result)
    must("failure" if failed else "outcome", host.case.get("failure" if failed else "outcome"),
         found if failed or action not in NAMED else {NAMED[action]: found})
    must("document-created", host.case.get("document-created"), host.created_id)
    must("requests left over", [], [exchange["docs"] for exchange in host.exchanges])
    made = list(host.files.values())[host.granted:]
    must("created", [name_of(file) for file in host.case.get("created", [])], [name_of(file) for file, _ in made])
    for expected, (_, data) in zip(host.case.get("created", []), made):
        must("bytes of " + expected["name"], True, content(folder, expected) == data)
    print(f"passed {folder.parent.name}/{folder.name}")


def name_of(file):
    return {"name": file["name"], "media-type": file["media-type"]}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except Differs as difference:
        sys.exit(str(difference))
