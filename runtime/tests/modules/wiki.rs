//! Modules of wikis.

use crate::support::{Page, World};
use pubwiki_lua_runtime::protocol::{ErrorKind, ModuleOp, ModulePolicy, ModuleVerdict};

/// The URL of the API's answer for a title, as it is in a query.
fn api(base: &str, title: &str) -> String {
    format!(
        "{base}/api.php?action=query&prop=revisions&rvprop=content&rvslots=main&redirects=1&format=json\
         &formatversion=2&origin=*&titles={title}"
    )
}

fn page(source: &str) -> String {
    format!(
        r#"{{"batchcomplete":true,"query":{{"pages":[{{"pageid":7,"ns":828,"title":"Module:X","revisions":[{{"slots":{{"main":{{"contentmodel":"Scribunto","contentformat":"text/plain","content":{source:?}}}}}}}]}}]}}}}"#
    )
}

#[test]
fn given_a_wikis_module_then_its_source_comes_from_the_api() {
    let world = World::new();
    world.text(
        &api("https://wiki.example", "Module:X"),
        &page("return { name = ... }"),
    );
    assert_eq!(
        world.value("return require('mediawiki://wiki.example/Module:X').name"),
        "mediawiki://wiki.example/Module:X"
    );
    assert_eq!(world.fetched().len(), 1);
}

#[test]
fn given_a_wiki_whose_api_lies_elsewhere_then_it_is_found_or_named_in_the_spec() {
    let world = World::new();
    world.page(&api("https://a", "Module:X"), Page::Status(404));
    world.text(&api("https://a/w", "Module:X"), &page("return 'w'"));
    assert_eq!(
        world.value("return (require 'mediawiki://a/Module:X')"),
        "w"
    );
    world.text(
        &api("https://b/my/wiki", "Module:X/Y%20%C3%BC"),
        &page("return 'path'"),
    );
    assert_eq!(
        world.value("return (require 'mediawiki://b/my/wiki/Module:X/Y_ü')"),
        "path"
    );
    assert_eq!(
        world.value("return (require 'mediawiki://b/my/wiki/Module:X/Y%20%C3%BC')"),
        "path"
    );
    world.text(&api("https://c", "Module:Bare"), &page("return 'bare'"));
    assert_eq!(world.value("return (require 'mediawiki://c/Bare')"), "bare");
    world.page(&api("https://d", "Module:X"), Page::Status(500));
    let error = world.error("require 'mediawiki://d/Module:X'");
    assert!(
        error.message.contains("answers with status 500; "),
        "{error}"
    );
    assert!(error.message.contains("https://d/w/api.php"), "{error}");
}

#[test]
fn given_a_module_of_a_wiki_then_its_requires_mean_pages_of_the_same_wiki() {
    let world = World::new();
    let cases = [
        (
            "Module:Main",
            "local a, b = require('Module:A'), require('A') return a == b and a",
        ),
        (
            "Module:A",
            "local M = {} function M.later() return (require('Module:B/sub')) end M.name = ... return M",
        ),
        ("Module:B/sub", "return 'B from ' .. host.echo(...)"),
    ];
    for (title, source) in cases {
        world.text(&api("https://wiki.example/w", title), &page(source));
    }
    let code =
        "local a = require('mediawiki://wiki.example/w/Module:Main') return a.name, a.later()";
    assert_eq!(
        world.value(code),
        "mediawiki://wiki.example/w/Module:A B from mediawiki://wiki.example/w/Module:B/sub"
    );
    let code = "package.preload.A = function() return { name = 'mine' } end \
                package.preload['Module:A'] = package.preload.A \
                package.loaded.A = { name = 'mine' } package.loaded['Module:A'] = package.loaded.A \
                return require('mediawiki://wiki.example/w/Module:Main').name";
    assert_eq!(world.value(code), "mine");
    let error = world.error("require 'Module:A'");
    assert!(
        error.message.contains("'Module:A' names no place"),
        "{error}"
    );
}

#[test]
fn given_a_chunk_with_the_name_of_cs_then_it_is_no_module_of_the_wiki() {
    let world = World::new();
    world.text(&api("https://w", "Module:A"), &page("return 'A'"));
    let cases = [
        ("pcall(pcall, require, 'Module:A')", "true true A"),
        (
            "load([[local r = require('Module:A') return r]], '=[C]')()",
            "false",
        ),
    ];
    for (call, expected) in cases {
        let source = format!("return {{ pcall(function() return {call} end) }}");
        world.text(&api("https://w", "Module:Main"), &page(&source));
        world.modules(ModuleOp::ClearFetched);
        let code = "local t = require('mediawiki://w/Module:Main') for i = 1, #t do t[i] = tostring(t[i]) end \
                    return t[1] == 'false' and 'false' or table.concat(t, ' ', 2, 4)";
        assert_eq!(world.value(code), expected, "{call}");
    }
}

#[test]
fn given_a_cycle_among_pages_then_the_error_names_it() {
    let world = World::new();
    world.text(
        &api("https://w", "Module:A"),
        &page("return require('Module:B')"),
    );
    world.text(
        &api("https://w", "Module:B"),
        &page("return require('Module:A')"),
    );
    assert_eq!(
        world.error("require('mediawiki://w/Module:A')").message,
        "module 'mediawiki://w/Module:A' requires itself: mediawiki://w/Module:A -> mediawiki://w/Module:B -> \
         mediawiki://w/Module:A"
    );
}

#[test]
fn given_answers_of_older_wikis_and_redirects_then_they_are_read_too() {
    let world = World::new();
    let answers = [
        // Before slots, in the second format.
        r#"{"warnings":{"main":{"warnings":"Unrecognized parameter: rvslots"}},"query":{"pages":[{"pageid":7,"title":"Module:X","revisions":[{"contentformat":"text/plain","content":"return 'old'"}]}]}}"#,
        // The first format.
        r#"{"query":{"pages":{"7":{"pageid":7,"title":"Module:X","revisions":[{"contentformat":"text/plain","*":"return 'old'"}]}}}}"#,
        r#"{"query":{"pages":{"7":{"pageid":7,"title":"Module:X","revisions":[{"slots":{"main":{"*":"return 'old'"}}}]}}}}"#,
        // A redirect, and a title that was put right.
        r#"{"query":{"normalized":[{"fromencoded":false,"from":"module:X","to":"Module:X"}],"redirects":[{"from":"Module:X","to":"Module:Y"}],"pages":[{"title":"Module:Y","revisions":[{"slots":{"main":{"content":"return 'old'"}}}]}]}}"#,
    ];
    for (number, answer) in answers.iter().enumerate() {
        let host = format!("w{number}");
        world.text(&api(&format!("https://{host}"), "Module:X"), answer);
        assert_eq!(
            world.value(&format!("return (require 'mediawiki://{host}/Module:X')")),
            "old",
            "{answer}"
        );
    }
}

#[test]
fn given_no_such_page_or_an_error_then_the_require_says_so() {
    let world = World::new();
    let cases = [
        (
            r#"{"query":{"pages":[{"ns":828,"title":"Module:X","missing":true}]}}"#,
            "the wiki has no page 'Module:X'",
        ),
        (
            r#"{"query":{"pages":{"-1":{"ns":828,"title":"Module:X","missing":""}}}}"#,
            "the wiki has no page 'Module:X'",
        ),
        (
            r#"{"query":{"pages":[{"title":"Module:[","invalidreason":"bad","invalid":true}]}}"#,
            "the wiki takes 'Module:[' for no title",
        ),
        (
            r#"{"query":{"pages":[{"title":"Module:X","revisions":[{"slots":{"main":{"texthidden":true}}}]}]}}"#,
            "the wiki does not show the text of 'Module:X'",
        ),
        (
            r#"{"error":{"code":"maxlag","info":"Waiting for a database","docref":""}}"#,
            "the wiki answers maxlag: Waiting for a database",
        ),
    ];
    for (answer, message) in cases {
        world.text(&api("https://w", "Module:X"), answer);
        let error = world.error("require 'mediawiki://w/Module:X'");
        assert_eq!(*error.kind, ErrorKind::Module);
        assert_eq!(
            error.message,
            format!("module 'mediawiki://w/Module:X': {message}")
        );
    }
    for answer in [
        "<html>",
        "[]",
        "{}",
        r#"{"query":{"pages":[]}}"#,
        "\u{fffd}",
    ] {
        world.text(&api("https://w", "Module:X"), answer);
        let error = world.error("require 'mediawiki://w/Module:X'");
        assert!(
            error
                .message
                .contains("does not answer as MediaWiki's API does"),
            "{error}"
        );
    }
    world.text(&api("https://w", "Module:X"), &page("return 'there now'"));
    assert_eq!(
        world.value("return (require 'mediawiki://w/Module:X')"),
        "there now"
    );
}

#[test]
fn given_a_wiki_on_this_machine_or_a_policy_that_says_so_then_it_is_reached_by_http() {
    let world = World::new();
    world.text(
        &api("http://localhost:8080", "Module:X"),
        &page("return 'local'"),
    );
    assert_eq!(
        world.value("return (require 'mediawiki://localhost:8080/Module:X')"),
        "local"
    );
    let world = World::with(ModulePolicy::Host);
    world.decide(|_| ModuleVerdict {
        allow: true,
        redirects: true,
        http: true,
    });
    world.text(
        &api("http://intranet", "Module:X"),
        &page("return 'intranet'"),
    );
    assert_eq!(
        world.value("return (require 'mediawiki://intranet/Module:X')"),
        "intranet"
    );
    let urls: Vec<_> = world
        .asked()
        .into_iter()
        .map(|question| question.url)
        .collect();
    assert_eq!(urls, [api("https://intranet", "Module:X")]);
}

#[test]
fn given_an_answer_of_many_small_values_then_it_is_no_answer_of_the_api() {
    let world = World::new();
    let answer =
        page("return 1").replacen('{', &format!("{{\"x\":[{}1],", "1,".repeat(200_000)), 1);
    world.text(&api("https://a", "Module:X"), &answer);
    world.text(&api("https://a/w", "Module:X"), &answer);
    let error = world.error("require 'mediawiki://a/Module:X'");
    assert!(
        error.message.contains("does not answer as MediaWiki"),
        "{error}"
    );
    let source = format!("return '{}'", "x".repeat(1_000_000));
    world.text(&api("https://b", "Module:X"), &page(&source));
    assert_eq!(
        world.value("return #require('mediawiki://b/Module:X')"),
        "1000000"
    );
}
