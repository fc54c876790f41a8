//! Instances, their history and their references to files.
//!
//! Not here: the form's contents, which stay JSON until the workflow's types read them.

use countersign_workflow::instance::Instance;
use rusqlite::{Connection, Row, ToSql, params};

use super::super::column::{Outcome, count};
use super::{Answer, all, limited, one};
use crate::error::ReadError;
use crate::row::attachment::AttachmentRow;
use crate::row::history::HistoryRow;
use crate::row::instance::{InstanceFilter, InstanceKey, InstancePage, InstanceSummary};

const COLUMNS: &str =
    "SELECT i.id, i.number, i.workflow, i.definition, i.version, i.step, i.phase, i.outcome,
    i.incident, i.created_at_ms, i.updated_at_ms FROM instance AS i";
const PAGE_MAX: usize = 1_000;

/// The whole of one instance.
pub(crate) fn load(database: &Connection, key: &InstanceKey) -> Answer<Option<Instance>> {
    let Some(number) = find(database, key)? else { return Ok(None) };
    let sql = "SELECT json FROM instance_body WHERE instance = ?1";
    let Some(json) = one(database, sql, [number], |row| row.get::<_, String>(0))? else { return Ok(None) };
    parse("instance", number, &json).map(Some)
}

/// What lists show of one instance.
pub(crate) fn summary(database: &Connection, key: &InstanceKey) -> Answer<Option<InstanceSummary>> {
    let Some(number) = find(database, key)? else { return Ok(None) };
    one(database, &format!("{COLUMNS} WHERE i.number = ?1"), [number], read_summary)
}

/// A page of instances, newest first.
pub(crate) fn page(
    database: &Connection,
    filter: &InstanceFilter,
    cursor: Option<i64>,
    limit: usize,
) -> Answer<InstancePage> {
    let limit = limit.clamp(1, PAGE_MAX);
    // One more than asked for tells whether there is a next page.
    let query = Query::of(filter, cursor, limited(limit + 1));
    let parameters: Vec<&dyn ToSql> = query.parameters.iter().map(AsRef::as_ref).collect();
    let mut instances = all(database, &query.sql, parameters.as_slice(), read_summary)?;
    let more = instances.len() > limit;
    instances.truncate(limit);
    let next = if more { instances.last().map(|last| last.number) } else { None };
    Ok(InstancePage { instances, next })
}

/// Lines of the history after a position.
pub(crate) fn history(
    database: &Connection,
    instance_id: &str,
    after: i64,
    limit: usize,
) -> Answer<Vec<HistoryRow>> {
    let sql = "SELECT h.position, h.json FROM history AS h
               WHERE h.instance = (SELECT number FROM instance WHERE id = ?1) AND h.position > ?2
               ORDER BY h.position LIMIT ?3";
    let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
    let lines = all(database, sql, params![instance_id, after, limited(limit)], read)?;
    let entry = |(position, json): (i64, String)| {
        parse("history entry", position, &json).map(|entry| HistoryRow { position, entry })
    };
    lines.into_iter().map(entry).collect()
}

/// References to files.
pub(crate) fn attachments(database: &Connection, instance_id: &str) -> Answer<Vec<AttachmentRow>> {
    let sql = "SELECT number, sha256, size, at_ms FROM attachment
               WHERE instance = (SELECT number FROM instance WHERE id = ?1) ORDER BY number";
    all(database, sql, [instance_id], |row| {
        Ok(AttachmentRow {
            instance_id: instance_id.to_owned(),
            number: row.get(0)?,
            sha256: row.get(1)?,
            size: count(row.get(2)?),
            at_ms: row.get(3)?,
        })
    })
}

/// The number of the instance that is meant.
fn find(database: &Connection, key: &InstanceKey) -> Answer<Option<i64>> {
    let number = |row: &Row<'_>| row.get(0);
    match key {
        InstanceKey::Number(wanted) => {
            one(database, "SELECT number FROM instance WHERE number = ?1", [wanted], number)
        }
        InstanceKey::Id(id) => one(database, "SELECT number FROM instance WHERE id = ?1", [id], number),
        InstanceKey::Prefix(prefix) => {
            // `~` sorts after every character of an id.
            let sql = "SELECT number FROM instance WHERE id >= ?1 AND id < ?1 || '~' LIMIT 2";
            let found = all(database, sql, [prefix], number)?;
            if found.len() > 1 {
                return Err(ReadError::Ambiguous { prefix: prefix.clone() });
            }
            Ok(found.first().copied())
        }
    }
}

/// SQL that grows with the filter.
struct Query {
    sql: String,
    parameters: Vec<Box<dyn ToSql>>,
}

impl Query {
    fn of(filter: &InstanceFilter, cursor: Option<i64>, limit: i64) -> Self {
        let mut query = Self { sql: format!("{COLUMNS} WHERE TRUE"), parameters: Vec::new() };
        query.and("i.workflow = ?", filter.workflow.clone());
        query.and("i.step = ?", filter.step.clone());
        let steps = filter.steps.as_ref().map(|steps| serde_json::json!(steps).to_string());
        query.and("(i.definition, i.step) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))", steps);
        query.and("i.phase = ?", filter.phase);
        query.and("i.number < ?", cursor);
        query.sql.push_str(match filter.incident {
            // Written out, so that the partial index serves.
            Some(true) => " AND i.incident = 1",
            Some(false) => " AND i.incident = 0",
            None => "",
        });
        query.and_text(filter.text.as_deref());
        query.sql.push_str(" ORDER BY i.number DESC");
        query.add(" LIMIT ?", limit);
        query
    }

    fn and<T: ToSql + 'static>(&mut self, condition: &str, value: Option<T>) {
        if let Some(value) = value {
            self.add(&format!(" AND {condition}"), value);
        }
    }

    fn add<T: ToSql + 'static>(&mut self, sql: &str, value: T) {
        self.sql.push_str(sql);
        self.parameters.push(Box::new(value));
    }

    /// Looks through the form's values, not its names. The whole text is tried first, which is far cheaper;
    /// a text with characters that JSON escapes would be missed there, so it is tried in the values alone.
    fn and_text(&mut self, text: Option<&str>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        let pattern = format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        let escaped = text.contains(['"', '\\']) || text.contains(char::is_control);
        let rough = if escaped { "%".to_owned() } else { pattern.clone() };
        self.add(
            " AND EXISTS (SELECT 1 FROM instance_body AS b WHERE b.instance = i.number AND b.json LIKE ? ESCAPE '\\'",
            rough,
        );
        self.add(
            " AND EXISTS (SELECT 1 FROM json_tree(b.json, '$.form') AS v WHERE v.atom LIKE ? ESCAPE '\\'))",
            pattern,
        );
    }
}

fn read_summary(row: &Row<'_>) -> rusqlite::Result<InstanceSummary> {
    Ok(InstanceSummary {
        id: row.get(0)?,
        number: row.get(1)?,
        workflow: row.get(2)?,
        definition: row.get(3)?,
        version: count(row.get(4)?),
        step: row.get(5)?,
        phase: row.get(6)?,
        outcome: row.get::<_, Option<Outcome>>(7)?.map(|outcome| outcome.0),
        incident: row.get(8)?,
        created_at_ms: row.get(9)?,
        updated_at_ms: row.get(10)?,
    })
}

fn parse<T: serde::de::DeserializeOwned>(what: &'static str, id: i64, json: &str) -> Answer<T> {
    serde_json::from_str(json).map_err(|error| ReadError::Damaged {
        what,
        id: id.to_string(),
        message: error.to_string(),
    })
}
