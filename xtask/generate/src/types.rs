//! The TypeScript declarations.

use crate::frames::{FromWorker, ToWorker};
use pubwiki_lua_runtime::protocol::VERSION;
use std::collections::BTreeMap;
use ts_rs::{Config, TS, TypeVisitor};

/// `protocol.ts`: one exported type for each Rust type that the frames reach.
#[must_use]
pub fn typescript() -> String {
    let mut types = Types::default();
    types.visit::<ToWorker>();
    types.visit::<FromWorker>();
    let mut text = String::from(
        "/** The protocol's version. Both sides name theirs in their first message. */\n",
    );
    text += &format!("export const VERSION = {VERSION}\n");
    text += "\n/** How many items of a list a message has at most, and bytes of them: more come in parts. */\n";
    for declaration in types.declarations.values() {
        text += &format!("\n{declaration}\n");
    }
    text
}

#[derive(Default)]
struct Types {
    config: Config,
    declarations: BTreeMap<String, String>,
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only what derives `TS` has a file to be exported to; the rest is built in, and what
        // it holds is visited alongside it.
        if T::output_path().is_none() {
            return;
        }
        let name = T::ident(&self.config);
        if self.declarations.contains_key(&name) {
            return;
        }
        let declaration = format!(
            "{}export {}",
            T::docs().unwrap_or_default(),
            T::decl(&self.config)
        );
        self.declarations.insert(name, declaration);
        T::visit_dependencies(self);
    }
}
