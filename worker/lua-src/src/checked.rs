//! A build that traps where a sum overflows, for finding what would.

use std::path::Path;

/// What is set for it.
const CHOICE: &str = "PUBWIKI_LUA_CHECKED";

/// What is checked. Conversions and shifts are not: C defines them, or Lua looks before.
const SANITIZERS: &str = "signed-integer-overflow,unsigned-integer-overflow";

/// Has `compiler` check all of Lua's sums but what `wraps.txt` in `here` lists, when it is asked for.
pub fn ask(compiler: &mut cc::Build, here: &Path) {
    println!("cargo:rerun-if-env-changed={CHOICE}");
    if std::env::var_os(CHOICE).is_none() {
        return;
    }
    compiler
        .compiler("clang-22")
        .flag(format!("-fsanitize={SANITIZERS}"))
        .flag(format!("-fsanitize-trap={SANITIZERS}"))
        .flag(format!(
            "-fsanitize-ignorelist={}",
            here.join("wraps.txt").display()
        ));
}
