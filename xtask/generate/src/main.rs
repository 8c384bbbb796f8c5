//! `cargo xtask generate [--check]` comes here.

use pubwiki_lua_generate::files;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files =
        files::all().map_err(|error| format!("the protocol cannot be described: {error}"))?;
    match std::env::args().nth(1).as_deref() {
        Some("--check") => match files::stale(&root, &files).as_slice() {
            [] => Ok(()),
            stale => Err(format!(
                "generated files are not current (run `cargo xtask generate`): {}",
                stale.join(", ")
            )),
        },
        Some(other) => Err(format!("unknown argument `{other}`; there is only --check")),
        None => {
            for path in files::write(&root, &files)
                .map_err(|error| format!("cannot write generated files: {error}"))?
            {
                println!("wrote {path}");
            }
            Ok(())
        }
    }
}
