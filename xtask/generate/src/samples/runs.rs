//! Samples of how runs are started and end.

use super::storage::keys;
use super::values::text;
use pubwiki_lua_runtime::protocol::{
    Dialect, ErrorKind, HostError, Limit, RunLimits, RunSpec, RunStats, Value,
};

/// What a host function threw.
pub fn thrown() -> HostError {
    HostError {
        name: "TypeError".to_owned(),
        message: "no such page: “é”".to_owned(),
    }
}

/// A run with `args`, or of an empty script without.
pub fn spec(args: Vec<Value>) -> RunSpec {
    let code = if args.is_empty() {
        Vec::new()
    } else {
        b"return '\xe9'".to_vec()
    };
    RunSpec {
        script_id: Some("main".to_owned()),
        code,
        name: Some("counter.lua".to_owned()),
        args,
        limits: RunLimits {
            timeout_ms: Some(1000),
            cpu_ms: Some(0),
            memory_bytes: Some(u32::MAX),
            output_bytes: Some(1 << 20),
        },
        keep_alive: false,
        dialect: Dialect::Lua54,
    }
}

/// What a run took.
pub fn stats() -> RunStats {
    RunStats {
        wall_ms: 12.5,
        cpu_ms: 0.0,
        peak_memory_bytes: 67_108_864.0,
        reads: 1,
        writes: 200,
        compiled_functions: 3,
        compiled_bytes: 20_000,
        compile_ms: 1.5,
    }
}

/// Every kind of error, some of them twice.
pub fn error_kinds() -> Vec<ErrorKind> {
    let limits = [
        Limit::TimeoutMs,
        Limit::CpuMs,
        Limit::MemoryBytes,
        Limit::OutputBytes,
        Limit::SourceBytes,
    ];
    let storage = |cause| ErrorKind::Storage {
        backend: "indexeddb".to_owned(),
        operation: "set".to_owned(),
        keys: keys(),
        cause,
    };
    let mut kinds: Vec<_> = limits
        .map(|limit| ErrorKind::Limit {
            limit,
            value: 1000.0,
        })
        .into();
    kinds.extend([
        ErrorKind::Lua {
            value: text("boom"),
        },
        ErrorKind::Cancelled,
        ErrorKind::Permission,
        ErrorKind::Quota,
        storage(None),
        storage(Some(thrown())),
        ErrorKind::Module,
        ErrorKind::Value {
            path: "value.items[3].owner".to_owned(),
        },
        ErrorKind::Protocol,
        ErrorKind::Host {
            cause: thrown(),
            value: text("no such page"),
        },
        ErrorKind::CannotWait,
        ErrorKind::Exit { code: 7 },
    ]);
    kinds
}
