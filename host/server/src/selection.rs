//! Choosing attachments with a read-only SQL query over this instance's files (C69–C72).
//!
//! The query is parsed in the T-SQL dialect of WEBCON, must be one `SELECT` over the two views below, and runs
//! in an in-memory SQLite that holds only those rows. Not here: selection by category or attribute (`workflow`).
//!
//! Views: `attachments(id, name, category, media_type, size, deleted, instance)` and `WFDataAttachmets` with the
//! column names of WEBCON `ATT_ID, ATT_WFDID, ATT_Name, ATT_FileGroup, ATT_IsDeleted, ATT_Attribute1..8`;
//! `dbo.ClearWFElemID('1#Yes')` gives `1`.

use std::ops::ControlFlow;

use countersign_workflow::form::Attachment;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use sqlparser::ast::{Expr, SetExpr, Statement, visit_expressions_mut, visit_relations};
use sqlparser::dialect::MsSqlDialect;
use sqlparser::parser::Parser;

/// Longest query that is taken.
const QUERY_BYTES_MAX: usize = 8 * 1024;
/// Most virtual-machine steps, in thousands, before a query is stopped.
const STEPS_MAX: u32 = 2_000;
/// Attribute columns of the WEBCON view.
const ATTRIBUTES: usize = 8;
/// The relations a query may read.
const RELATIONS: [&str; 2] = ["attachments", "wfdataattachmets"];

/// Runs the query and returns the ids it selects, in its order, each once.
///
/// `number` is the instance's; `attributes` are the definition's attribute names: the first is `ATT_Attribute1`.
/// Deleted files are rows like others; the engine drops them whatever the query says.
pub fn select(
    query: &str,
    number: i64,
    files: &[Attachment],
    attributes: &[String],
) -> Result<Vec<u32>, String> {
    let sql = translate(query, number)?;
    let database = fill(number, files, attributes)
        .map_err(|e| format!("the attachment query could not be prepared: {e}"))?;
    run(&database, &sql).map_err(|e| format!("the attachment query failed: {e}; the query as run is `{sql}`"))
}

/// Checks that a query is one `SELECT` over the two views, without running it.
pub fn check(query: &str) -> Result<(), String> {
    translate(query, 0).map(|_| ())
}

/// Parses the query, refuses everything but one `SELECT`, and drops the `dbo.` of function names.
fn translate(query: &str, number: i64) -> Result<String, String> {
    if query.len() > QUERY_BYTES_MAX {
        return Err(format!("the attachment query is longer than {QUERY_BYTES_MAX} bytes; shorten it"));
    }
    let query = query.replace("{WFD_ID}", &number.to_string());
    let mut statements = Parser::parse_sql(&MsSqlDialect {}, &query)
        .map_err(|e| format!("the attachment query cannot be read: {e}"))?;
    let (Some(mut statement), true) = (statements.pop(), statements.is_empty()) else {
        return Err("the attachment query must be exactly one `SELECT`".to_owned());
    };
    match &statement {
        Statement::Query(query)
            if matches!(query.body.as_ref(), SetExpr::Select(select) if select.into.is_none())
                && query.with.is_none() => {}
        _ => {
            return Err(
                "the attachment query must be exactly one plain `SELECT`, without `WITH`, `UNION` or `INTO`"
                    .to_owned(),
            );
        }
    }
    check_relations(&statement)?;
    let _ = visit_expressions_mut(&mut statement, |expression| {
        if let Expr::Function(function) = expression
            && function.name.0.len() == 2
        {
            function.name.0.remove(0);
        }
        ControlFlow::<()>::Continue(())
    });
    Ok(statement.to_string())
}

fn check_relations(statement: &Statement) -> Result<(), String> {
    let stranger = visit_relations(statement, |relation| {
        let name = relation.to_string().to_lowercase();
        if RELATIONS.contains(&name.as_str()) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(relation.to_string())
        }
    });
    match stranger {
        ControlFlow::Break(name) => Err(format!(
            "the attachment query reads `{name}`; only `attachments` and `WFDataAttachmets` exist"
        )),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// An in-memory database with these attachments and nothing else.
fn fill(number: i64, files: &[Attachment], attributes: &[String]) -> rusqlite::Result<Connection> {
    let mut database = Connection::open_in_memory()?;
    database.create_scalar_function(
        "ClearWFElemID",
        1,
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC,
        |context| Ok(clear_element_id(context.get::<Value>(0)?)),
    )?;
    let columns: String = (1..=ATTRIBUTES).map(|n| format!(", ATT_Attribute{n} TEXT")).collect();
    database.execute_batch(&format!(
        "CREATE TABLE WFDataAttachmets (ATT_ID INTEGER, ATT_WFDID INTEGER, ATT_Name TEXT, ATT_FileGroup TEXT, ATT_IsDeleted INTEGER{columns});
         CREATE TABLE attachments (id INTEGER, name TEXT, category TEXT, media_type TEXT, size INTEGER, deleted INTEGER, instance INTEGER);"
    ))?;
    for file in files {
        insert(&database, number, file, attributes)?;
    }
    database.pragma_update(None, "query_only", true)?;
    database.progress_handler(1_000, Some(step_limit()))?;
    Ok(database)
}

/// Stops a query that runs away (a cross join of everything with itself).
fn step_limit() -> impl FnMut() -> bool + Send + 'static {
    let mut steps = 0;
    move || {
        steps += 1;
        steps > STEPS_MAX
    }
}

fn insert(
    database: &Connection,
    number: i64,
    attachment: &Attachment,
    attributes: &[String],
) -> rusqlite::Result<()> {
    let a = attachment;
    database.execute(
        "INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![a.id, a.name, a.category, a.media_type, a.size as i64, a.deleted, number],
    )?;
    let flags = (0..ATTRIBUTES).map(|n| match attributes.get(n) {
        Some(name) if a.attributes.contains(name) => Value::Text("1#Yes".to_owned()),
        Some(_) => Value::Text("0#No".to_owned()),
        None => Value::Null,
    });
    let row = [
        Value::Integer(a.id.into()),
        Value::Integer(number),
        Value::Text(a.name.clone()),
        Value::Text(a.category.clone()),
        Value::Integer(a.deleted.into()),
    ];
    let marks = ["?"; 5 + ATTRIBUTES].join(", ");
    database.execute(
        &format!("INSERT INTO WFDataAttachmets VALUES ({marks})"),
        rusqlite::params_from_iter(row.into_iter().chain(flags)),
    )?;
    Ok(())
}

/// `1#Yes` → 1, as WEBCON's `dbo.ClearWFElemID` does; numbers become numbers so that `= 1` holds.
fn clear_element_id(value: Value) -> Value {
    let Value::Text(text) = value else { return value };
    let id = text.split('#').next().unwrap_or_default();
    id.parse().map_or_else(|_| Value::Text(id.to_owned()), Value::Integer)
}

fn run(database: &Connection, sql: &str) -> rusqlite::Result<Vec<u32>> {
    let mut statement = database.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get::<_, u32>(0)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

#[cfg(test)]
mod tests;
