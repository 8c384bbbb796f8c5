//! Names that the host resolves, and relative ones.

use super::support::{Page, World};
use pubwiki_lua_runtime::protocol::{ErrorKind, HostAnswer, HostError, Value};

fn spec(spec: &str) -> HostAnswer {
    HostAnswer::Value(Value::Str(spec.into()))
}

/// What the host says of names.
fn resolve(name: &str) -> HostAnswer {
    match name {
        "inspect" => spec("file://lib/inspect.lua"),
        "same" => spec("https://host/one.lua"),
        "bare" => spec("other"),
        "wrong" => spec("https://"),
        "broken" => HostAnswer::Error(HostError {
            name: "RangeError".into(),
            message: "no idea".into(),
        }),
        "list" => HostAnswer::Value(Value::Array(Vec::new())),
        "cycle" => spec("file://cycle.lua"),
        _ => HostAnswer::Value(Value::Nil),
    }
}

#[test]
fn given_relative_names_in_a_fetched_module_then_they_are_beside_it() {
    let world = World::new();
    world.text("https://host:8443/a/b/main.lua?v=1/2#x", "");
    world.text(
        "https://host:8443/a/b/main.lua?v=1/2",
        "return table.concat({require './one.lua', require '../two.lua', require './sub/../three.lua', require '.././/../../four.lua'}, ' ')",
    );
    for path in [
        "a/b/one.lua",
        "a/two.lua",
        "a/b/sub/../three.lua",
        "/../../four.lua",
    ] {
        world.text(&format!("https://host:8443/{path}"), "return (...)");
    }
    world.text("https://host:8443/a//../../four.lua", "return (...)");
    assert_eq!(
        world.value("return (require 'https://host:8443/a/b/main.lua?v=1/2')"),
        "https://host:8443/a/b/one.lua https://host:8443/a/two.lua https://host:8443/a/b/sub/../three.lua \
         https://host:8443/a//../../four.lua"
    );
}

#[test]
fn given_a_redirect_then_relative_names_and_positions_are_of_where_it_led() {
    let world = World::new();
    world.page(
        "https://host/m",
        Page::Redirect(
            "https://cdn/m@2/main.lua",
            "local _, where = pcall(function() error 'oops' end) return require './part.lua' .. ' ' .. where"
                .into(),
        ),
    );
    world.text("https://cdn/m@2/part.lua", "return (...)");
    assert_eq!(
        world.value("return (require 'https://host/m')"),
        "https://cdn/m@2/part.lua https://cdn/m@2/main.lua:1: oops"
    );
}

#[test]
fn given_more_steps_up_than_there_are_then_the_name_is_at_the_root() {
    let world = World::new();
    world.text("https://host", "return require '../../x.lua'");
    world.text("https://host/top.lua", "return require '../x.lua'");
    world.text("https://host/x.lua", "return (...)");
    let both = "return (require 'https://host'), (require 'https://host/top.lua')";
    assert_eq!(world.value(both), "https://host/x.lua https://host/x.lua");
}

#[test]
fn given_relative_names_in_a_registered_module_then_they_are_registered_beside_it() {
    let world = World::new();
    world.file(
        "lib/main.lua",
        "return require './part.lua' .. ' ' .. require '../top.lua'",
    );
    world.file("lib/part.lua", "return (...)");
    world.file("top.lua", "return (...)");
    assert_eq!(
        world.value("return (require 'file://lib/main.lua')"),
        "file://lib/part.lua file://top.lua"
    );
}

#[test]
fn given_relative_names_in_a_cycle_then_the_error_names_the_specs() {
    let world = World::new();
    world.text("https://host/a/one.lua", "require '../b/two.lua'");
    world.text("https://host/b/two.lua", "require '../a/one.lua'");
    let error = world.error("require 'https://host/a/one.lua'");
    assert!(
        error.message.contains(
            "module 'https://host/a/one.lua' requires itself: https://host/a/one.lua -> https://host/b/two.lua -> \
             https://host/a/one.lua"
        ),
        "{error}"
    );
}

#[test]
fn given_a_relative_name_in_a_script_then_the_error_says_where_it_has_a_meaning() {
    let error = World::new().error("require './one.lua'");
    assert!(
        error.message.contains(
            "'./one.lua' names no place; a relative name has a meaning inside a module alone"
        ),
        "{error}"
    );
}

#[test]
fn given_a_host_that_resolves_then_a_name_is_the_module_of_the_spec_that_it_says() {
    let world = World::resolving(resolve);
    world.file(
        "lib/inspect.lua",
        "loads = (loads or 0) + 1 return { name = (...) }",
    );
    let code = "local first = require 'inspect' \
                return first == require 'inspect', first == require 'file://lib/inspect.lua', loads, first.name, \
                  select(2, require 'inspect') == nil, package.loaded.inspect == first";
    assert_eq!(
        world.value(code),
        "true true 1 file://lib/inspect.lua true true"
    );
    assert_eq!(
        world.named(),
        [("inspect".to_owned(), Some("t.lua".to_owned()))]
    );
}

#[test]
fn given_a_name_in_a_module_then_the_host_is_told_which() {
    let world = World::resolving(resolve);
    world.text("https://host/main.lua", "return require 'same'");
    world.text("https://host/one.lua", "return 'one'");
    assert_eq!(
        world.value("return (require 'https://host/main.lua')"),
        "one"
    );
    let from = Some("https://host/main.lua".to_owned());
    assert_eq!(world.named(), [("same".to_owned(), from)]);
}

#[test]
fn given_names_that_are_preloaded_or_have_a_scheme_then_the_host_is_not_asked() {
    let world = World::resolving(resolve);
    world.file("one.lua", "return 1");
    let code = "package.preload.inspect = function() return 'own' end \
                return require 'inspect', require 'json' == json, (require 'file://one.lua')";
    assert!(world.value(code).starts_with("own"));
    assert!(world.named().is_empty());
}

#[test]
fn given_a_host_that_says_nothing_then_the_error_is_as_without_it() {
    let error = World::resolving(resolve).error("require 'unknown'");
    assert!(
        error.message.contains("'unknown' names no place"),
        "{error}"
    );
}

#[test]
fn given_answers_that_are_no_specs_then_the_error_says_so() {
    for (name, why) in [
        (
            "bare",
            "module 'bare': the page's resolve says 'other', which names no place",
        ),
        ("wrong", "https://"),
        ("broken", "the page's resolve failed: RangeError: no idea"),
    ] {
        let error = World::resolving(resolve).error(&format!("require '{name}'"));
        assert_eq!(*error.kind, ErrorKind::Module, "{error}");
        assert!(error.message.contains(why), "{error}");
    }
    let error = World::resolving(resolve).error("require 'list'");
    assert!(error.message.contains("something else"), "{error}");
}

#[test]
fn given_a_cycle_through_a_resolved_name_then_the_error_names_it() {
    let world = World::resolving(resolve);
    world.file("cycle.lua", "require 'cycle'");
    let error = world.error("require 'cycle'");
    assert!(
        error
            .message
            .contains("module 'cycle' requires itself: cycle -> file://cycle.lua -> cycle"),
        "{error}"
    );
}

#[test]
fn given_a_script_that_replaces_package_and_require_then_a_resolved_name_is_found_all_the_same() {
    let world = World::resolving(resolve);
    world.file("lib/inspect.lua", "return 'found'");
    let code = "local require = require package, _G.require = nil, nil return (require 'inspect')";
    assert_eq!(world.value(code), "found");
}

#[test]
fn given_a_chunk_with_a_long_or_odd_name_then_the_host_is_told_none() {
    let world = World::resolving(resolve);
    let code = "for _, name in ipairs{('x'):rep(5000), '\\xff'} do \
                  pcall(load('require \"unknown\"', '@' .. name)) end";
    world.value(code);
    let none = ("unknown".to_owned(), None);
    assert_eq!(world.named(), [none.clone(), none]);
}
