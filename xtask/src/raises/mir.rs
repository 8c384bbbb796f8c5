//! Functions as `rustc --emit=mir` writes them, as far as calls go.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A function, or a constant: what is worked out when it is compiled may name functions too.
#[derive(Debug, Default)]
pub struct Body {
    /// Its path.
    pub name: String,
    /// For a closure's: how types name it, as `{closure@FILE:LINE:COLUMN: LINE:COLUMN}`.
    pub closure: Option<String>,
    /// What it calls.
    pub calls: Vec<Call>,
    /// Functions whose addresses it takes, each with the pointer's type.
    pub pointers: Vec<(String, String)>,
    /// The types of its variables.
    pub locals: HashMap<String, String>,
    /// What runs without a branch, by name.
    pub blocks: HashMap<String, Block>,
    /// Variables that are not flags: they take other values too, or something refers to them.
    pub others: BTreeSet<String>,
}

/// A basic block: it runs without a branch.
#[derive(Debug, Default)]
pub struct Block {
    /// The flags that it sets: they tell what is still to be dropped.
    pub flags: Flags,
    /// What it drops at its end.
    pub dropped: Option<String>,
    /// The flag that it looks at in the end, and where it goes on if that is not set.
    pub looks_at: Option<(String, String)>,
    /// Where it may go on.
    pub targets: Vec<String>,
}

/// Flags whose value is known.
pub type Flags = BTreeMap<String, bool>;

/// A call.
#[derive(Debug)]
pub struct Call {
    /// Who is called, as it is written: a path with its types, or a variable.
    pub callee: String,
    /// The block that it ends.
    pub block: String,
    /// The block that an unwinding panic goes on in, where there may be anything to be dropped.
    pub cleanup: Option<String>,
    /// Where it stands, as `FILE:LINE:COLUMN: LINE:COLUMN`.
    pub place: String,
}

impl Body {
    /// The type of a variable that is called, such as `copy _5`.
    pub fn type_of(&self, callee: &str) -> Option<&str> {
        let (_, variable) = callee.split_once(' ')?;
        self.locals.get(variable).map(String::as_str)
    }
}

/// All bodies of a crate.
pub fn parse(text: &str) -> Vec<Body> {
    let mut bodies = Vec::new();
    let mut block = String::new();
    for line in text.lines() {
        if !line.starts_with([' ', '}']) {
            bodies.extend(header(line));
            continue;
        }
        let Some(body) = bodies.last_mut() else {
            continue;
        };
        let (line, place) = comment_of(line);
        if let Some(variable) = line.strip_prefix("let ") {
            let variable = variable.strip_prefix("mut ").unwrap_or(variable);
            if let Some((name, kind)) = variable.split_once(": ") {
                let kind = kind.trim_end_matches(';');
                body.locals.insert(name.to_owned(), kind.to_owned());
            }
        } else if let Some((name, _)) = line.split_once(": {").filter(|(name, _)| is_block(name)) {
            block = name.replace(" (cleanup)", "");
        } else {
            statement(body, &block, line, place);
        }
    }
    bodies
}

/// A body that begins here.
fn header(line: &str) -> Option<Body> {
    let line = line.strip_suffix(" {")?;
    let Some(function) = line.strip_prefix("fn ") else {
        let (_, constant) = line.split_once(' ')?;
        let name = constant.split_once(": ")?.0.to_owned();
        return Some(Body {
            name,
            ..Body::default()
        });
    };
    let (name, rest) = function.split_once('(')?;
    let (arguments, _) = rest.rsplit_once(") -> ")?;
    let closure = arguments.find("{closure@").and_then(|begin| {
        let end = arguments[begin..].find('}')?;
        (name.ends_with('}')).then(|| arguments[begin..=begin + end].to_owned())
    });
    let locals = arguments.split(", _").filter_map(|argument| {
        let (number, kind) = argument.split_once(": ")?;
        Some((
            format!("_{}", number.trim_start_matches('_')),
            kind.to_owned(),
        ))
    });
    Some(Body {
        name: name.to_owned(),
        closure,
        locals: locals.collect(),
        ..Body::default()
    })
}

/// A line without its comment, and the place that the comment tells.
fn comment_of(line: &str) -> (&str, &str) {
    let (line, comment) = line.split_once(" // ").unwrap_or((line, ""));
    (
        line.trim(),
        comment.rsplit_once(" at ").map_or("", |(_, place)| place),
    )
}

fn is_block(name: &str) -> bool {
    name.starts_with("bb") && !name.contains('=')
}

fn statement(body: &mut Body, block: &str, line: &str, place: &str) {
    let entry = body.blocks.entry(block.to_owned()).or_default();
    if let Some((_, targets)) = line
        .rsplit_once(") -> ")
        .or_else(|| line.split_once("goto -> "))
    {
        let words = targets.split(|letter: char| !letter.is_ascii_alphanumeric());
        entry.targets = words
            .filter(|word| is_block(word))
            .map(str::to_owned)
            .collect();
    }
    if let Some((dropped, _)) = line
        .strip_prefix("drop(")
        .and_then(|rest| rest.split_once(')'))
    {
        entry.dropped = Some(dropped.trim_start_matches(['(', '*']).to_owned());
    }
    if let Some((flag, targets)) = line
        .strip_prefix("switchInt(copy ")
        .and_then(|rest| rest.split_once(") -> [0: "))
    {
        entry.looks_at = targets
            .split_once(',')
            .map(|(unset, _)| (flag.to_owned(), unset.to_owned()));
    }
    let Some(value) = assigned(line) else {
        return;
    };
    let flag = line.split(' ').next().unwrap_or_default();
    if let Some(set) = value
        .strip_prefix("const ")
        .and_then(|value| value.trim_end_matches(';').parse().ok())
    {
        entry.flags.insert(flag.to_owned(), set);
        return;
    }
    body.others.insert(flag.to_owned());
    if let Some(reference) = value.strip_prefix('&') {
        let mut words =
            reference.split(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric());
        body.others
            .extend(words.find(|word| word.starts_with('_')).map(str::to_owned));
    } else if let Some((pointed, _)) = value.split_once(" (PointerCoercion(ReifyFnPointer") {
        if let Some((name, kind)) = pointed.split_once(" as ") {
            body.pointers.push((name.to_owned(), kind.to_owned()));
        }
    } else if let Some((call, targets)) = value.rsplit_once(") -> ")
        && let Some(callee) = before_arguments(call)
    {
        body.calls.push(Call {
            callee: callee.to_owned(),
            block: block.to_owned(),
            cleanup: unwinds_to(targets).map(str::to_owned),
            place: place.to_owned(),
        });
    }
}

/// What is assigned by a statement such as `_1 = …` or `(_1.0: T) = …`.
fn assigned(line: &str) -> Option<&str> {
    let end = match line.as_bytes().first()? {
        b'_' => line.find(' ')?,
        b'(' => {
            let mut depth = 0;
            line.bytes().position(|byte| {
                depth += i32::from(byte == b'(') - i32::from(byte == b')');
                depth == 0
            })? + 1
        }
        _ => return None,
    };
    line[end..].trim_start().strip_prefix("= ")
}

/// The callee of a call that is written up to its last argument.
fn before_arguments(call: &str) -> Option<&str> {
    let mut depth = 1;
    let open = call.bytes().rposition(|byte| {
        depth += i32::from(byte == b')') - i32::from(byte == b'(');
        depth == 0
    })?;
    Some(&call[..open])
}

/// Where a call's `targets` lead when it unwinds; none when it just goes on to unwind.
fn unwinds_to(targets: &str) -> Option<&str> {
    let targets = targets.trim_end_matches([';', ']']);
    match targets.split_once("unwind: ") {
        Some((_, block)) => Some(block),
        // What never returns has no other.
        None => is_block(targets).then_some(targets),
    }
}
