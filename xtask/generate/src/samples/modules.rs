//! Samples that concern modules.

use pubwiki_lua_runtime::protocol::{ModuleOp, ModuleQuestion};

/// Each change to a session's modules.
pub fn module_ops() -> Vec<(&'static str, ModuleOp)> {
    let name = || "Module:Ünïcode".to_owned();
    vec![
        (
            "register",
            ModuleOp::Register {
                name: name(),
                source: b"return '\xff'".to_vec(),
            },
        ),
        ("remove", ModuleOp::Remove { name: name() }),
        ("clear what was fetched", ModuleOp::ClearFetched),
        ("clear", ModuleOp::Clear),
    ]
}

/// What the host's policy is asked, before a fetch and after a redirect.
pub fn module_questions() -> Vec<ModuleQuestion> {
    let question = |url: &str, redirected_from: Option<&str>| ModuleQuestion {
        spec: "https://host/module.lua".to_owned(),
        url: url.to_owned(),
        redirected_from: redirected_from.map(str::to_owned),
    };
    vec![
        question("https://host/module.lua", None),
        question("https://elsewhere/", Some("https://host/module.lua")),
    ]
}
