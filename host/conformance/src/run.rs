//! Runs a case: once against its exchanges, once more to see that the component does the same again, and then cut
//! after each exchange and continued from the journal, as after a crash.
//!
//! Not here: the provider made of the exchanges (`script.rs`).

use std::sync::Arc;
use std::time::Duration;

use countersign_sandbox::attachment::{AttachmentInfo, AttachmentStore};
use countersign_sandbox::connection::Connection;
use countersign_sandbox::exchange::Exchange;
use countersign_sandbox::journal::Unjournaled;
use countersign_sandbox::{ActionOutcome, CallEnd, CallInput, EndedBy, Provider};
use serde_json::{Value, json};

use crate::case::Case;
use crate::compare;
use crate::script::Script;
use crate::shelf::Shelf;
use crate::verdict::{Difference, Verdict};

/// Exchanges are answered at once, so only a component that never ends takes longer.
const DEADLINE: Duration = Duration::from_secs(30);

/// The same in every run, so that boundaries and random numbers are.
const SEED: u64 = 1;

/// What the runs of one case share.
struct Stage<'a> {
    provider: &'a Provider,
    case: Arc<Case>,
    connection: Arc<Connection>,
    shelf: Arc<Shelf>,
}

/// Runs one case against a provider.
pub async fn run_case(provider: &Provider, case: &Case) -> Verdict {
    let differences = match Stage::of(provider, case) {
        Ok(stage) => stage.run().await,
        Err(difference) => vec![difference],
    };
    Verdict { case: case.name.clone(), differences }
}

impl<'a> Stage<'a> {
    fn of(provider: &'a Provider, case: &Case) -> Result<Self, Difference> {
        let manifest = &provider.manifest;
        if manifest.id != case.provider {
            return Err(Difference::new("provider", &case.provider, &manifest.id));
        }
        let (settings, roles) =
            (case.connection.settings.clone(), case.connection.roles.iter().map(String::as_str));
        let connection = Connection::for_replay(&case.provider, settings, roles)
            .map_err(|problems| Difference::new("connection.json", "a connection", problems))?;
        Ok(Self {
            provider,
            case: Arc::new(case.clone()),
            connection: Arc::new(connection),
            shelf: Arc::default(),
        })
    }

    async fn run(&self) -> Vec<Difference> {
        let (first, mut differences) = self.attempt(Vec::new()).await;
        differences.extend(self.judge(&first));
        if !differences.is_empty() {
            return differences;
        }
        let (again, changed) = self.attempt(Vec::new()).await;
        differences.extend(self.repeated("run again", &first, &again, changed));
        for kept in 1..=first.exchanges.len() {
            let journal = first.exchanges.iter().take(kept).cloned().collect();
            let (resumed, changed) = self.attempt(journal).await;
            let place = format!("continued after exchange {kept}");
            differences.extend(self.repeated(&place, &first, &resumed, changed));
        }
        differences
    }

    /// One run; what the journal holds is not asked again.
    async fn attempt(&self, journal: Vec<Exchange>) -> (CallEnd, Vec<Difference>) {
        let script = Arc::new(Script::from(&self.case, journal.len()));
        let input = self.input(&script);
        let end = match journal.is_empty() {
            true => self.provider.call(input).await,
            false => self.provider.resume(input, journal).await,
        };
        (end, script.finish())
    }

    fn input(&self, script: &Arc<Script>) -> CallInput {
        let (case, files) = (&self.case.file, self.case.files());
        let granted = case.attachments.iter().map(|granted| {
            let bytes = files.named(&granted.file).to_vec();
            AttachmentInfo {
                id: granted.id,
                name: granted.name.clone(),
                media_type: granted.media_type.clone(),
                size: bytes.len() as u64,
                sha256: self.shelf.put(bytes),
            }
        });
        CallInput {
            id: self.case.name.clone(),
            connection: Arc::clone(&self.connection),
            action: self.case.input.clone(),
            acting_user: case.acting_user.clone().or_else(|| self.case.connection.acting_user.clone()),
            now_ms: case.now.as_millisecond(),
            seed: SEED,
            granted: granted.collect(),
            next_attachment: case.attachments.iter().map(|granted| granted.id).max().unwrap_or(0) + 1,
            attachments: Arc::clone(&self.shelf) as Arc<dyn AttachmentStore>,
            journal: Arc::new(Unjournaled),
            transport: Arc::clone(script) as _,
            deadline: DEADLINE,
        }
    }

    /// Compares the end of a call with what the case expects.
    fn judge(&self, end: &CallEnd) -> Vec<Difference> {
        let case = &self.case.file;
        let mut differences = Vec::new();
        if end.ended_by != EndedBy::Returned {
            differences.push(Difference::new("end", "the component returns", format!("{:?}", end.ended_by)));
        }
        let expected = json!({"outcome": case.outcome, "failure": case.failure});
        differences.extend(compare::json("result", &compare::plain(expected), &compare::plain(result(end))));
        let (expected, got) = (json!(case.document_created), json!(end.document_id));
        differences.extend(compare::json("document-created", &expected, &got));
        differences.extend(self.repeats(end));
        differences.extend(self.created(end));
        differences
    }

    /// What a repeat would do is not on the wire, but in the record.
    fn repeats(&self, end: &CallEnd) -> Vec<Difference> {
        let pairs = self.case.exchanges.iter().zip(&end.exchanges);
        let places = pairs.map(|((file, expected), got)| {
            let place = format!("{file}, request.repeat");
            compare::json(&place, &json!(expected.request.repeat), &json!(got.request.repeat))
        });
        places.flatten().collect()
    }

    fn created(&self, end: &CallEnd) -> Vec<Difference> {
        let expected = &self.case.file.created;
        let name = |name: &str, media_type: &str| json!([name, media_type]);
        let listed: Vec<Value> = expected.iter().map(|file| name(&file.name, &file.media_type)).collect();
        let made: Vec<Value> = end.created.iter().map(|file| name(&file.name, &file.media_type)).collect();
        let mut differences = compare::json("created", &json!(listed), &json!(made));
        for (expected, made) in expected.iter().zip(&end.created) {
            let bytes = self.shelf.get(&made.sha256).unwrap_or_default();
            if *bytes != *self.case.files().named(&expected.file) {
                let got = format!("{} other bytes", made.size);
                differences.push(Difference::new(format!("created.{}", made.name), &expected.file, got));
            }
        }
        differences
    }

    /// A further run must make the same requests and come to the same end.
    fn repeated(
        &self,
        place: &str,
        first: &CallEnd,
        again: &CallEnd,
        mut changed: Vec<Difference>,
    ) -> Vec<Difference> {
        let requests =
            |end: &CallEnd| end.exchanges.iter().map(|exchange| json!(exchange.request)).collect::<Value>();
        changed.extend(compare::json("requests", &requests(first), &requests(again)));
        changed.extend(compare::json("result", &result(first), &result(again)));
        changed.extend(compare::json(
            "document-created",
            &json!(first.document_id),
            &json!(again.document_id),
        ));
        changed.into_iter().map(|difference| difference.within(&format!("{place}: "))).collect()
    }
}

/// What a call came to, with the names of the contract.
pub(crate) fn result(end: &CallEnd) -> Value {
    match &end.result {
        Ok(outcome) => json!({"outcome": ActionOutcome::to_json(outcome)}),
        Err(failure) => json!({"failure": failure}),
    }
}
