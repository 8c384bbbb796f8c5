//! `require` of registered modules.

use crate::support::World;
use pubwiki_lua_runtime::protocol::{ErrorKind, ModuleOp};

#[test]
fn given_a_registered_module_then_it_runs_once_per_run_and_gives_what_it_returns() {
    let world = World::new();
    world.file(
        "utils.lua",
        "count = (count or 0) + 1 return { name = ..., count = count }",
    );
    let code = "local a, b = require('file://utils.lua'), require('file://utils.lua') \
                return a == b, a.name, a.count";
    assert_eq!(world.value(code), "true file://utils.lua 1");
    assert_eq!(world.value(code), "true file://utils.lua 1");
}

#[test]
fn given_a_module_that_returns_nothing_then_require_gives_true_or_what_it_put_into_loaded() {
    let world = World::new();
    world.file("a", "x = 1");
    world.file("b", "package.loaded[...] = 'put'");
    world.file("c", "return false");
    assert_eq!(world.value("return (require 'file://a'), x"), "true 1");
    assert_eq!(world.value("return (require 'file://b')"), "put");
    assert_eq!(world.value("return (require 'file://c')"), "false");
}

#[test]
fn given_state_lua_then_it_is_the_global_state() {
    let world = World::new();
    let code = "return require('file://state.lua') == State, require('string') == string, \
                require('json') == json, package.loaded._G == _G, package.loaded.package == package";
    assert_eq!(world.value(code), "true true true true true");
}

#[test]
fn given_a_module_that_is_registered_anew_removed_or_cleared_then_the_next_run_sees_it() {
    let world = World::new();
    world.file("m", "return 1");
    assert_eq!(world.value("return (require 'file://m')"), "1");
    world.file("m", "return 2");
    assert_eq!(world.value("return (require 'file://m')"), "2");
    world.modules(ModuleOp::ClearFetched);
    assert_eq!(world.value("return (require 'file://m')"), "2");
    world.modules(ModuleOp::Remove { name: "m".into() });
    let error = world.error("require 'file://m'");
    assert_eq!(*error.kind, ErrorKind::Module);
    assert_eq!(
        error.message,
        "module 'file://m' not found:\n\tno field package.preload['file://m']\
         \n\tno file module 'm' is registered"
    );
    world.file("m", "return 3");
    world.modules(ModuleOp::Clear);
    assert!(world.run("require 'file://m'").is_err());
}

#[test]
fn given_a_name_without_a_scheme_then_the_error_says_what_a_name_looks_like() {
    let world = World::new();
    world.file("utils", "return 1");
    let error = world.error("require 'utils'");
    assert!(error.message.contains("there is 'file://utils'"), "{error}");
    let error = world.error("require 'other'");
    assert!(error.message.contains("file://…"), "{error}");
    let values = world.value("local ok, e = pcall(require, 'other') return ok, e.code");
    assert_eq!(values, "false MODULE_FAILED");
}

#[test]
fn given_preload_and_a_searcher_of_the_scripts_own_then_they_are_asked() {
    let world = World::new();
    world.file("m", "return 'the file'");
    let code = "package.preload.bundled = function(...) return table.concat({ ... }, ',') end \
                package.preload['file://m'] = function() return 'the bundle' end \
                table.insert(package.searchers, function(name) \
                  if name ~= 'made' then return 'not made' end \
                  return function(name, extra) return name .. host.echo(extra) end, ' up' \
                end) \
                local made, extra = require('made') \
                local _, e = pcall(require, 'nothing') \
                return require('bundled'), (require('file://m')), made, extra, e.message:match('not made')";
    assert_eq!(
        world.value(code),
        "bundled,:preload: the bundle made up  up not made"
    );
    assert_eq!(world.value("return (require 'file://m')"), "the file");
}

#[test]
fn given_a_cycle_then_the_error_names_it_and_the_modules_can_be_required_later() {
    let world = World::new();
    world.file("a", "return require('file://b')");
    world.file(
        "b",
        "return coroutine.wrap(function() return require('file://c') end)()",
    );
    world.file("c", "return require('file://a')");
    let error = world.error("require('file://a')");
    assert_eq!(
        error.message,
        "module 'file://a' requires itself: file://a -> file://b -> file://c -> file://a"
    );
    assert_eq!(*error.kind, ErrorKind::Module);
    world.file(
        "self",
        "if not again then again = true return pcall(require, ...) end return 'fine'",
    );
    let code = "local ok = require('file://self') package.loaded['file://self'] = nil \
                return ok, (require 'file://self')";
    assert_eq!(world.value(code), "false fine");
}

#[test]
fn given_a_module_that_failed_then_the_next_require_tries_again() {
    let world = World::new();
    world.file(
        "m",
        "if not ready then error('not yet', 0) end return 'now'",
    );
    let code =
        "local ok, e = pcall(require, 'file://m') ready = true return ok, e, (require 'file://m')";
    assert_eq!(world.value(code), "false not yet now");
}

#[test]
fn given_a_module_whose_main_chunk_waits_then_require_waits_with_it() {
    let world = World::new();
    world.file("inner", "return host.echo('in') .. host.echo('ner')");
    world.file(
        "outer",
        "local x = host.echo('outer') return x .. require('file://inner')",
    );
    assert_eq!(world.value("return (require 'file://outer')"), "outerinner");
    let code = "return coroutine.wrap(function() return (require 'file://outer') end)()";
    assert_eq!(world.value(code), "outerinner");
}

#[test]
fn given_a_coroutine_that_was_left_in_the_middle_of_a_module_then_that_is_no_cycle() {
    let world = World::new();
    world.file(
        "m",
        "if coroutine.isyieldable() then coroutine.yield() end return 'whole'",
    );
    let code = "local co = coroutine.wrap(function() return (require 'file://m') end) co() \
                local whole = require 'file://m' return whole, co()";
    assert_eq!(world.value(code), "whole whole");
}

#[test]
fn given_an_error_in_a_module_then_the_traceback_names_the_modules_spec_and_line() {
    let world = World::new();
    world.file(
        "broken.lua",
        "\nlocal function f()\n  error('oops')\nend\nf()",
    );
    let error = world.error("\nrequire('file://broken.lua')");
    assert_eq!(error.message, "file://broken.lua:3: oops");
    for line in [
        "file://broken.lua:3: in",
        "file://broken.lua:5: in main chunk",
        "t.lua:2: in main chunk",
    ] {
        assert!(
            error.traceback.contains(line),
            "{line} in {}",
            error.traceback
        );
    }
}

#[test]
fn given_a_module_that_does_not_compile_then_it_is_a_module_error_with_its_line() {
    let world = World::new();
    world.file("bad", "#!lua\nlocal x = = 1");
    let error = world.error("require 'file://bad'");
    assert_eq!(*error.kind, ErrorKind::Module);
    assert_eq!(
        error.message,
        "module 'file://bad' does not compile: file://bad:2: unexpected symbol near '='"
    );
    world.file("bytecode", "\x1bLua");
    assert!(
        world
            .error("require 'file://bytecode'")
            .message
            .contains("binary")
    );
}

#[test]
fn given_what_package_has_not_then_it_says_so() {
    let world = World::new();
    let code = "local _, a = pcall(function() package.loadlib('x', 'y') end) package.searchers = nil \
                local _, b = pcall(require, 'x') return a:match('package.*'), b";
    assert_eq!(
        world.value(code),
        "package.loadlib is not available in the sandbox 'package.searchers' must be a table"
    );
}

#[test]
fn given_searchers_that_say_a_lot_then_the_message_ends_somewhere() {
    let world = World::new();
    let code = "for i = 1, 1000 do package.searchers[i] = function() return ('x'):rep(99) end end";
    let error = world.error(&format!("{code} require('y')"));
    assert_eq!(*error.kind, ErrorKind::Module);
    assert!(error.message.starts_with("module 'y' not found:\n\txxx"));
    assert!(error.message.ends_with("x…"));
    assert!(error.message.len() < 20_000, "{}", error.message.len());
}

#[test]
fn given_modules_that_end_in_another_order_than_they_began_then_a_cycle_is_still_seen() {
    let world = World::new();
    world.file("wait", "coroutine.yield() return (require 'file://cycle')");
    world.file("cycle", "return (require 'file://cycle')");
    for name in ["a", "b", "c"] {
        world.file(name, "coroutine.yield() return ...");
    }
    let code = "local function start(name) local co = coroutine.wrap(require) co(name) return co end \
                local a, b, wait, c = start('file://a'), start('file://b'), start('file://wait'), start('file://c') \
                local said = b() .. a() .. c() \
                local ok, e = pcall(wait) return said, e.message";
    assert_eq!(
        world.value(code),
        "file://bfile://afile://c module 'file://cycle' requires itself: file://cycle -> file://cycle"
    );
}
