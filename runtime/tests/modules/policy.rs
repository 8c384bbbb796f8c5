//! The page's module policy.

use crate::support::{Page, World};
use pubwiki_lua_runtime::protocol::{ModulePolicy, ModuleVerdict};

const YES: ModuleVerdict = ModuleVerdict {
    allow: true,
    redirects: true,
    http: false,
};
const NO: ModuleVerdict = ModuleVerdict {
    allow: false,
    ..YES
};

#[test]
fn given_no_policy_then_https_is_fetched_from_anywhere_and_http_from_this_machine() {
    let world = World::new();
    let allowed = [
        "https://anywhere.example/m.lua",
        "http://localhost/m.lua",
        "http://localhost:8080/m.lua",
        "http://127.0.0.1:8080/m.lua",
        "http://[::1]:8080/m.lua",
        "http://test.localhost/m.lua",
    ];
    for url in allowed {
        world.text(url, "return 'fetched'");
        assert_eq!(world.value(&format!("return (require '{url}')")), "fetched");
    }
    assert_eq!(world.fetched(), allowed);
    for url in [
        "http://anywhere.example/m.lua",
        "http://localhost.example/m.lua",
        "http://127.0.0.10/m.lua",
        "http://127.0.0.1.example/m.lua",
    ] {
        let error = world.error(&format!("require '{url}'"));
        assert!(
            error.message.contains("module policy does not allow"),
            "{error}"
        );
    }
    assert!(world.fetched().is_empty());
}

#[test]
fn given_no_policy_then_a_redirect_may_not_lead_to_http_or_into_this_machine() {
    let world = World::new();
    for to in ["http://anywhere.example/", "http://localhost/"] {
        world.page("https://host/m.lua", Page::Redirect(to, "return 1".into()));
        let error = world.error("require 'https://host/m.lua'");
        assert!(error.message.contains(&format!("leads to {to}")), "{error}");
    }
    world.page(
        "https://host/m.lua",
        Page::Redirect("https://elsewhere/", "return 1".into()),
    );
    assert_eq!(world.value("return (require 'https://host/m.lua')"), "1");
}

#[test]
fn given_no_policy_then_only_a_wiki_on_this_machine_is_reached_by_http() {
    let world = World::new();
    for (host, scheme) in [
        ("localhost", "http"),
        ("LOCALHOST:8080", "http"),
        ("a.localhost", "http"),
        ("127.0.0.1", "http"),
        ("[::1]:80", "http"),
        ("host", "https"),
        ("localhost.host", "https"),
        ("notlocalhost", "https"),
        ("host:8080", "https"),
        ("[::1:2]", "https"),
    ] {
        for title in ["Module:X", "Module:a.localhost", "Module:X?y.localhost"] {
            // There is nothing: both places of the API are tried.
            world.error(&format!("require 'mediawiki://{host}/{title}'"));
            let fetched = world.fetched();
            assert_eq!(fetched.len(), 2, "{host}");
            for url in fetched {
                assert!(url.starts_with(&format!("{scheme}://{host}/")), "{url}");
            }
        }
    }
}

#[test]
fn given_no_policy_then_a_redirect_of_this_machine_may_lead_to_this_machine_alone() {
    for (to, allowed) in [
        ("http://localhost:1/", true),
        ("https://host/", true),
        ("http://host/", false),
        ("http://localhost:80@host/", false),
        ("http://localhost@host/", false),
        ("http://[::1].host/", false),
        ("http://host?.localhost/", false),
    ] {
        let world = World::new();
        world.page(
            "http://localhost/m.lua",
            Page::Redirect(to, "return 1".into()),
        );
        let outcome = world.run("return (require 'http://localhost/m.lua')");
        assert_eq!(outcome.is_ok(), allowed, "{to}");
    }
}

#[test]
fn given_a_policy_then_it_is_asked_before_the_fetch_and_after_a_redirect() {
    let world = World::with(ModulePolicy::Host);
    world.decide(|question| {
        if question.url.contains("forbidden") {
            NO
        } else {
            YES
        }
    });
    world.page(
        "http://host/m.lua",
        Page::Redirect("https://forbidden/", "return 1".into()),
    );
    let error = world.error("require 'http://host/m.lua'");
    assert_eq!(
        error.message,
        "module 'http://host/m.lua': http://host/m.lua leads to https://forbidden/, which the page's module policy \
         does not allow"
    );
    let asked: Vec<_> = world
        .asked()
        .into_iter()
        .map(|question| (question.spec, question.url, question.redirected_from))
        .collect();
    let spec = || "http://host/m.lua".to_owned();
    assert_eq!(
        asked,
        [
            (spec(), spec(), None),
            (spec(), "https://forbidden/".into(), Some(spec()))
        ]
    );
    world.fetched();
    assert!(world.run("require 'https://forbidden/m.lua'").is_err());
    assert!(world.fetched().is_empty());
}

#[test]
fn given_a_policy_that_allows_no_redirects_then_none_is_followed() {
    let world = World::with(ModulePolicy::Host);
    world.decide(|_| ModuleVerdict {
        redirects: false,
        ..YES
    });
    world.page(
        "https://host/m.lua",
        Page::Redirect("https://elsewhere/", "return 1".into()),
    );
    let error = world.error("require 'https://host/m.lua'");
    assert!(error.message.contains("allows no redirects"), "{error}");
}

#[test]
fn given_what_is_cached_then_the_policy_is_not_asked_again() {
    let world = World::with(ModulePolicy::Host);
    world.text("https://host/m.lua", "return 1");
    world.value("return (require 'https://host/m.lua')");
    world.value("return (require 'https://host/m.lua')");
    assert_eq!(world.asked().len(), 1);
}
