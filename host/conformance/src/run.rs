//! Runs a case: once against its exchanges, once more to see that the component does the same again, and then cut
//! after each exchange and continued from the journal, as after a crash.
//!
//! Not here: the provider made of the exchanges (`script.rs`), cuts in the middle of a request (`run/doubt.rs`), and
//! cases of messages (`run/event.rs`).

mod doubt;
mod event;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign_sandbox::attachment::{AttachmentInfo, AttachmentStore, Shelf};
use countersign_sandbox::connection::Connection;
use countersign_sandbox::exchange::Exchange;
use countersign_sandbox::journal::Unjournaled;
use countersign_sandbox::transport::Transport;
use countersign_sandbox::{ActionOutcome, CallEnd, CallInput, EndedBy, LogLine, Provider};
use serde_json::{Value, json};

use crate::case::{AnyCase, Case};
use crate::compare;
use crate::format::{CreatedFile, GrantedFile};
use crate::leak::Credentials;
use crate::script::Script;
use crate::verdict::{Difference, Verdict};

pub use event::run_event_case;

/// Exchanges are answered at once, so only a component that never ends takes longer.
const DEADLINE: Duration = Duration::from_secs(30);

/// The same in every run, so that boundaries and random numbers are.
const SEED: u64 = 1;

const CASE: &str = "case.json";

/// What the runs of one case share.
struct Stage<'a> {
    provider: &'a Provider,
    case: Arc<Case>,
    connection: Arc<Connection>,
    credentials: Credentials,
    granted: Vec<AttachmentInfo>,
    shelf: Arc<Shelf>,
}

/// What one run came to.
struct Attempt {
    end: CallEnd,
    /// Another request came than the case says.
    strayed: bool,
    differences: Vec<Difference>,
}

/// Runs one case of either kind against a provider.
pub async fn run_any(provider: &Provider, case: &AnyCase) -> Verdict {
    match case {
        AnyCase::Call(case) => run_case(provider, case).await,
        AnyCase::Event(case) => run_event_case(provider, case).await,
    }
}

/// Runs one case against a provider.
pub async fn run_case(provider: &Provider, case: &Case) -> Verdict {
    let (differences, log) = match Stage::of(provider, case) {
        Ok(stage) => stage.run().await,
        Err(difference) => (vec![difference], Vec::new()),
    };
    Verdict { case: case.name.clone(), differences, log }
}

/// The component is the one that the folder of the case is named after.
fn check_provider(provider: &Provider, folder: &str) -> Result<(), Difference> {
    let id = &provider.manifest.id;
    match id == folder {
        true => Ok(()),
        false => {
            let expected = format!("a folder named after the provider: {id}");
            Err(Difference::at("the provider's folder", expected, folder).of(CASE))
        }
    }
}

impl<'a> Stage<'a> {
    fn of(provider: &'a Provider, case: &Case) -> Result<Self, Difference> {
        check_provider(provider, &case.provider)?;
        let mut settings = provider.manifest.offer().setting_defaults;
        settings.extend(case.connection.settings.clone());
        settings.extend(case.file.settings.clone());
        let roles = case.connection.roles.iter().map(String::as_str);
        let connection = Connection::for_replay(&case.provider, settings, roles)
            .map_err(|problems| Difference::at("", "a connection", problems).of("connection.json"))?;
        let words = &case.connection.credentials;
        let shelf = Shelf::default();
        let granted = case.file.attachments.iter().map(|file| put(&shelf, file, case)).collect();
        Ok(Self {
            provider,
            case: Arc::new(case.clone()),
            connection: Arc::new(connection.masking(words.values().map(String::as_str))),
            credentials: Credentials::of(words),
            granted,
            shelf: Arc::new(shelf),
        })
    }

    /// What differs, and what the component said in the first run.
    async fn run(&self) -> (Vec<Difference>, Vec<String>) {
        let Attempt { end: first, strayed, mut differences } = self.attempt(Vec::new()).await;
        if !strayed {
            differences.extend(self.judge(&first));
        }
        differences.extend(self.leaks(&first));
        let log = first.log.iter().map(said).collect();
        if !differences.is_empty() {
            return (differences, log);
        }
        differences.extend(self.repeated("run again", &first, self.attempt(Vec::new()).await));
        for kept in 1..=first.exchanges.len() {
            let journal = first.exchanges.iter().take(kept).cloned().collect();
            let run = format!("continued after exchange {kept}");
            differences.extend(self.repeated(&run, &first, self.attempt(journal).await));
        }
        differences.extend(self.doubts(&first).await);
        (differences, log)
    }

    /// One run; what the journal holds is not asked again.
    async fn attempt(&self, journal: Vec<Exchange>) -> Attempt {
        let script = Arc::new(Script::from(&self.case, journal.len()));
        let input = self.input(Arc::clone(&script) as _);
        let end = match journal.is_empty() {
            true => self.provider.call(input).await,
            false => self.provider.resume(input, journal).await,
        };
        Attempt { end, strayed: script.strayed(), differences: script.finish() }
    }

    fn input(&self, transport: Arc<dyn Transport>) -> CallInput {
        let case = &self.case.file;
        CallInput {
            id: self.case.name.clone(),
            connection: Arc::clone(&self.connection),
            action: self.case.input.clone(),
            acting_user: case.acting_user.clone().or_else(|| self.case.connection.acting_user.clone()),
            now_ms: case.now.as_millisecond(),
            seed: SEED,
            granted: self.granted.clone(),
            next_attachment: case.attachments.iter().map(|granted| granted.id).max().unwrap_or(0) + 1,
            attachments: Arc::clone(&self.shelf) as Arc<dyn AttachmentStore>,
            journal: Arc::new(Unjournaled),
            transport,
            deadline: DEADLINE,
        }
    }

    /// Compares the end of a call with what the case expects.
    fn judge(&self, end: &CallEnd) -> Vec<Difference> {
        let case = &self.case.file;
        let mut differences = Vec::new();
        if end.ended_by != EndedBy::Returned {
            differences.push(Difference::at("", "the component returns", ended(&end.ended_by)).of(CASE));
        }
        let expected = compare::plain(json!({"outcome": case.outcome, "failure": case.failure}));
        differences.extend(compare::json("", &expected, &compare::plain(result(end))));
        let (expected, got) = (json!(case.document_created), json!(end.document_id));
        differences.extend(compare::json("document-created", &expected, &got));
        differences.extend(self.created(end));
        let mut differences: Vec<_> = differences.into_iter().map(|difference| difference.of(CASE)).collect();
        differences.extend(self.repeats(end));
        differences
    }

    fn leaks(&self, end: &CallEnd) -> Vec<Difference> {
        let made = end.created.iter().map(|file| (file.name.clone(), self.bytes(file)));
        self.credentials.found_in(end, &made.collect::<Vec<_>>())
    }

    /// What a repeat would do is not on the wire, but in the record.
    fn repeats(&self, end: &CallEnd) -> Vec<Difference> {
        let pairs = self.case.exchanges.iter().zip(&end.exchanges);
        let places = pairs.map(|((file, expected), got)| {
            let (expected, got) = (json!(expected.request.repeat), json!(got.request.repeat));
            compare::json("request.repeat", &expected, &got).into_iter().map(|found| found.of(file))
        });
        places.flatten().collect()
    }

    fn created(&self, end: &CallEnd) -> Vec<Difference> {
        let expected = &self.case.file.created;
        let named = |name: &str, media_type: &str| json!({"name": name, "media-type": media_type});
        let listed: Vec<Value> = expected.iter().map(|file| named(&file.name, &file.media_type)).collect();
        let made: Vec<Value> = end.created.iter().map(|file| named(&file.name, &file.media_type)).collect();
        let mut differences = compare::json("created", &json!(listed), &json!(made));
        for (index, (expected, made)) in expected.iter().zip(&end.created).enumerate() {
            let (key, expected) = self.expected(expected);
            differences.extend(compare::bytes(
                &format!("created[{index}].{key}"),
                &expected,
                &self.bytes(made),
            ));
        }
        differences
    }

    fn expected(&self, created: &CreatedFile) -> (&'static str, Bytes) {
        match (&created.file, &created.filled) {
            (Some(name), _) => ("file", self.case.files().named(name)),
            (None, filled) => ("filled", filled.as_ref().map(|filled| filled.made()).unwrap_or_default()),
        }
    }

    fn bytes(&self, made: &AttachmentInfo) -> Bytes {
        self.shelf.get(&made.sha256).unwrap_or_default()
    }

    /// A further run must make the same requests and come to the same end.
    fn repeated(&self, run: &str, first: &CallEnd, again: Attempt) -> Vec<Difference> {
        let requests =
            |end: &CallEnd| end.exchanges.iter().map(|exchange| json!(exchange.request)).collect::<Value>();
        let whole = |end: &CallEnd| json!([result(end), end.document_id]);
        let asked = compare::json("requests", &requests(first), &requests(&again.end));
        let came = compare::json("result", &whole(first), &whole(&again.end));
        let changed = asked.into_iter().chain(came).map(|difference| difference.of("first run"));
        again.differences.into_iter().chain(changed).map(|difference| difference.during(run)).collect()
    }
}

/// Puts a granted file on the shelf.
fn put(shelf: &Shelf, file: &GrantedFile, case: &Case) -> AttachmentInfo {
    let bytes = case.files().granted(file.id);
    AttachmentInfo {
        id: file.id,
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size: bytes.len() as u64,
        sha256: shelf.put(bytes),
    }
}

/// What a call came to, with the names of the contract.
pub(crate) fn result(end: &CallEnd) -> Value {
    match &end.result {
        Ok(outcome) => json!({"outcome": ActionOutcome::to_json(outcome)}),
        Err(failure) => json!({"failure": failure}),
    }
}

/// One message, its level first.
fn said(line: &LogLine) -> String {
    let level = format!("{:?}", line.level).to_lowercase();
    let pairs = line.pairs.iter().map(|(name, value)| format!(" {name}={value}"));
    format!("{level}: {}{}", line.message.trim_end(), pairs.collect::<String>())
}

/// How a call ended that did not return.
fn ended(by: &EndedBy) -> String {
    match by {
        EndedBy::Returned => "it returned".to_owned(),
        EndedBy::Trapped(words) => format!("it trapped: {words}"),
        EndedBy::TimedOut => "it did not return: its time was up".to_owned(),
        EndedBy::JournalFailed(words) => format!("the journal failed: {words}"),
        EndedBy::BrokeContract(words) => format!("it broke the contract: {words}"),
        EndedBy::Diverged(words) => words.clone(),
        EndedBy::NoRoom => "there was no room for it".to_owned(),
    }
}
