//! Links what Lua's C code needs on wasm32-unknown-unknown: the protected call, and
//! wasi-libc (whose system calls `src/wasi.rs` defines).

/// Where Debian's wasi-libc lies.
const WASI_LIBC: &str = "/usr/lib/wasm32-wasi";

fn main() {
    println!("cargo:rerun-if-changed=lua-src/c/wasm");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("wasm32") {
        return;
    }
    let form = if std::env::var_os("CARGO_FEATURE_JSPI").is_some() {
        "standard"
    } else {
        "legacy"
    };
    cc::Build::new()
        .compiler("clang-22")
        .archiver("llvm-ar-22")
        .file(format!("lua-src/c/wasm/protect_{form}.s"))
        .flag("-mexception-handling")
        .flag("-mreference-types")
        .debug(false) // clang 22 dies of debug information for assembly
        .warnings(false)
        .compile("protect");
    // Compiled functions are added to the table.
    println!("cargo:rustc-link-arg-cdylib=--growable-table");
    println!("cargo:rustc-link-search=native={WASI_LIBC}");
    println!("cargo:rustc-link-lib=static:-bundle=c");
}
