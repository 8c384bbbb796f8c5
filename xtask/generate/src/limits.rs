//! The limits that both languages and README know.

use pubwiki_lua_runtime::protocol::limits::ALL;

/// The marks around the table in a document.
const MARKS: [&str; 2] = ["<!-- limits -->\n", "<!-- /limits -->"];

/// Constants for TypeScript.
#[must_use]
pub fn typescript() -> String {
    let each = ALL
        .iter()
        .map(|(name, value, what)| format!("/**{what} */\nexport const {name} = {value}\n"));
    each.collect::<Vec<_>>().join("\n")
}

/// `document` with the table as it should be; as it is, where it has no place for one.
#[must_use]
pub fn in_document(document: &str) -> String {
    let parts = document.split_once(MARKS[0]).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(MARKS[1])?;
        Some((before, after))
    });
    let Some((before, after)) = parts else {
        return document.to_owned();
    };
    format!("{before}{}{}{}{after}", MARKS[0], table(), MARKS[1])
}

fn table() -> String {
    // How lists cross is the protocol's own matter.
    let told = ALL.iter().filter(|(name, ..)| !name.starts_with("PART_"));
    let rows = told.map(|(name, value, what)| {
        let what = what.trim().trim_end_matches('.');
        let what = what.replacen(", in milliseconds", "", 1);
        let what = what.replacen(", in bytes", "", 1);
        format!("| {what} | {} |\n", amount(name, *value))
    });
    format!("| limit | |\n|---|---|\n{}", rows.collect::<String>())
}

fn amount(name: &str, value: u64) -> String {
    if name.ends_with("_MS") {
        return format!("{} s", value / 1000);
    }
    if !name.ends_with("_BYTES") {
        return value.to_string();
    }
    match value {
        value if value % (1 << 30) == 0 => format!("{} GiB", value >> 30),
        value if value % (1 << 20) == 0 => format!("{} MiB", value >> 20),
        value if value % (1 << 10) == 0 => format!("{} KiB", value >> 10),
        value => format!("{value} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::{amount, in_document};

    #[test]
    fn amounts_have_their_units() {
        let amounts = [
            ("A_MS", 30_000),
            ("A_BYTES", 3 << 20),
            ("A_BYTES", 4096),
            ("A_BYTES", 255),
            ("A", 128),
        ];
        let told = amounts.map(|(name, value)| amount(name, value));
        assert_eq!(told, ["30 s", "3 MiB", "4 KiB", "255 bytes", "128"]);
    }

    #[test]
    fn the_table_is_put_between_its_marks_alone() {
        let document = in_document("a\n<!-- limits -->\nold\n<!-- /limits -->\nb");
        assert!(document.starts_with("a\n<!-- limits -->\n| limit | |\n"));
        assert!(document.ends_with(" |\n<!-- /limits -->\nb"));
        assert_eq!(in_document("no place"), "no place");
    }
}
