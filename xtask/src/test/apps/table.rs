//! The apps.

/// An app, and a way to build and serve it.
#[derive(Clone, Copy)]
pub struct App {
    /// What it is.
    pub name: &'static str,
    /// Its folder in `tests/apps`, where its tools work.
    pub folder: &'static str,
    /// The tool that builds it, and its arguments.
    pub build: &'static [&'static str],
    /// What serves it.
    pub served: Served,
    /// Where our server has the folder.
    pub mount: &'static str,
    /// The page.
    pub path: &'static str,
    /// What each of our server's answers has in its head.
    pub headers: &'static [(&'static str, &'static str)],
    /// What our server says that WebAssembly is, if it does not know.
    pub wasm: Option<&'static str>,
}

/// The server of an app.
#[derive(Clone, Copy)]
pub enum Served {
    /// Our own server, from this folder of `tests/apps`.
    Folder(&'static str),
    /// The same, and the page gets the package from another origin.
    Elsewhere(&'static str),
    /// Nothing: the page is a file in this folder.
    File(&'static str),
    /// A tool with these arguments, of which `PORT` stands for the port.
    Development(&'static str, &'static [&'static str]),
}

impl App {
    const NONE: Self = Self {
        name: "",
        folder: "",
        build: &[],
        served: Served::Folder(""),
        mount: "/",
        path: "/",
        headers: &[],
        wasm: None,
    };

    /// A page that a tool builds.
    const fn built(
        name: &'static str,
        folder: &'static str,
        build: &'static [&'static str],
        into: &'static str,
    ) -> Self {
        Self {
            name,
            folder,
            build,
            served: Served::Folder(into),
            ..Self::NONE
        }
    }

    /// A page of a development server.
    const fn developed(
        name: &'static str,
        folder: &'static str,
        tool: &'static str,
        arguments: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            folder,
            served: Served::Development(tool, arguments),
            ..Self::NONE
        }
    }

    /// A page that is served as it is.
    const fn plain(name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            served: Served::Folder("plain"),
            path,
            ..Self::NONE
        }
    }
}

/// A server of Vite's.
const VITE: &[&str] = &["--host", "127.0.0.1", "--port", "PORT", "--strictPort"];

/// A server of Next's.
const NEXT: &[&str] = &["dev", "--hostname", "127.0.0.1", "--port", "PORT"];

/// The policy of SECURITY.md, for page and worker alike.
const STRICT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";

/// The same for `pubwiki-lua/inline`, whose worker is made of a Blob.
const STRICT_INLINE: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'self'";

/// A Content-Security-Policy by which scripts' URLs come from our policy alone.
const TRUSTED: &str = "require-trusted-types-for 'script'; trusted-types pubwiki-lua";

/// All of them.
pub const APPS: &[App] = &[
    App::plain("plain modules, import map", "/"),
    App {
        wasm: Some("application/octet-stream"),
        ..App::plain("plain modules, WebAssembly of no type", "/")
    },
    App {
        mount: "/some/path",
        ..App::plain("plain modules, below a path", "/some/path/")
    },
    App {
        headers: &[("content-security-policy", TRUSTED)],
        ..App::plain("plain modules, Trusted Types", "/")
    },
    App {
        served: Served::Elsewhere("plain"),
        headers: &[("access-control-allow-origin", "*")],
        ..App::plain("plain modules of another origin", "/elsewhere.html")
    },
    App {
        served: Served::Elsewhere("plain"),
        headers: &[
            ("access-control-allow-origin", "*"),
            ("content-security-policy", TRUSTED),
        ],
        ..App::plain(
            "plain modules of another origin, Trusted Types",
            "/elsewhere.html",
        )
    },
    App::plain(
        "plain modules, offline by a service worker",
        "/offline.html",
    ),
    App::built("vite 8, build", "vite", &["vite", "build"], "vite/dist"),
    App {
        mount: "/some/path",
        path: "/some/path/",
        ..App::built(
            "vite 8, build below a path",
            "vite",
            &["vite", "build", "--base", "/some/path/"],
            "vite/dist",
        )
    },
    App {
        headers: &[("content-security-policy", STRICT)],
        ..App::built(
            "vite 8, build, strict policy",
            "vite",
            &["vite", "build"],
            "vite/dist",
        )
    },
    App {
        headers: &[("content-security-policy", TRUSTED)],
        ..App::built(
            "vite 8, build, Trusted Types",
            "vite",
            &["vite", "build"],
            "vite/dist",
        )
    },
    App {
        headers: &[
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
        ],
        ..App::built(
            "vite 8, build, isolated page",
            "vite",
            &["vite", "build"],
            "vite/dist",
        )
    },
    App::developed("vite 8, dev", "vite", "vite", VITE),
    App::built("vite 7, build", "vite-7", &["vite", "build"], "vite-7/dist"),
    App::developed("vite 7, dev", "vite-7", "vite", VITE),
    App::built("vite 6, build", "vite-6", &["vite", "build"], "vite-6/dist"),
    App::developed("vite 6, dev", "vite-6", "vite", VITE),
    App::built("react, build", "react", &["vite", "build"], "react/dist"),
    App::developed("react, dev", "react", "vite", VITE),
    App::built(
        "sveltekit, build",
        "sveltekit",
        &["vite", "build"],
        "sveltekit/build",
    ),
    App::developed("sveltekit, dev", "sveltekit", "vite", VITE),
    App::built(
        "webpack 5, build",
        "webpack",
        &["webpack", "--mode", "production"],
        "webpack/public",
    ),
    App::developed(
        "webpack 5, dev",
        "webpack",
        "webpack",
        &["serve", "--mode", "development", "--port", "PORT"],
    ),
    App::built(
        "parcel, build",
        "parcel",
        &["parcel", "build", "index.html", "--no-autoinstall"],
        "parcel/dist",
    ),
    App::developed(
        "parcel, dev",
        "parcel",
        "parcel",
        &["index.html", "--port", "PORT", "--no-autoinstall"],
    ),
    App::built("next, export", "next", &["next", "build"], "next/out"),
    App::developed("next, dev", "next", "next", NEXT),
    App::built(
        "next by webpack, export",
        "next",
        &["next", "build", "--webpack"],
        "next/out",
    ),
    App::developed(
        "next by webpack, dev",
        "next",
        "next",
        &[
            "dev",
            "--webpack",
            "--hostname",
            "127.0.0.1",
            "--port",
            "PORT",
        ],
    ),
    App::built("inline by rollup", "bundlers", ROLLUP, "bundlers/rollup"),
    App::built("inline by esbuild", "bundlers", ESBUILD, "bundlers/esbuild"),
    App {
        headers: &[("content-security-policy", STRICT_INLINE)],
        ..App::built(
            "inline by esbuild, strict policy",
            "bundlers",
            ESBUILD,
            "bundlers/esbuild",
        )
    },
    App {
        headers: &[("content-security-policy", TRUSTED)],
        ..App::built(
            "inline by esbuild, Trusted Types",
            "bundlers",
            ESBUILD,
            "bundlers/esbuild",
        )
    },
    App {
        served: Served::File("bundlers/esbuild"),
        ..App::built(
            "inline by esbuild, a page of files",
            "bundlers",
            ESBUILD,
            "bundlers/esbuild",
        )
    },
];

const ROLLUP: &[&str] = &[
    "rollup",
    "main.js",
    "--plugin",
    "node-resolve",
    "--format",
    "es",
    "--file",
    "rollup/main.js",
];

const ESBUILD: &[&str] = &[
    "esbuild",
    "main.js",
    "--bundle",
    "--format=iife",
    "--outfile=esbuild/main.js",
];
