//! The apps.

/// An app, and a way to build and serve it.
pub struct App {
    /// What it is.
    pub name: &'static str,
    /// Its folder in `tests/apps`, where its tools work.
    pub folder: &'static str,
    /// The tool that builds it, and its arguments.
    pub build: &'static [&'static str],
    /// What serves it.
    pub served: Served,
    /// The page.
    pub path: &'static str,
    /// What each answer has in its head.
    pub headers: &'static [(&'static str, &'static str)],
}

/// What serves an app.
pub enum Served {
    /// Our own server, from this folder of `tests/apps`.
    Folder(&'static str),
    /// A tool with these arguments, of which `PORT` stands for the port.
    Development(&'static [&'static str]),
}

/// A page that is built.
const fn built(
    name: &'static str,
    folder: &'static str,
    build: &'static [&'static str],
    into: &'static str,
) -> App {
    App {
        name,
        folder,
        build,
        served: Served::Folder(into),
        path: "/",
        headers: &[],
    }
}

/// A page of a development server.
const fn developed(
    name: &'static str,
    folder: &'static str,
    serve: &'static [&'static str],
) -> App {
    App {
        name,
        folder,
        build: &[],
        served: Served::Development(serve),
        path: "/",
        headers: &[],
    }
}

const VITE_DEV: &[&str] = &[
    "vite",
    "--host",
    "127.0.0.1",
    "--port",
    "PORT",
    "--strictPort",
];

const NEXT_DEV: &[&str] = &["next", "dev", "--hostname", "127.0.0.1", "--port", "PORT"];

/// All of them.
pub const APPS: &[App] = &[
    built("vite 8, build", "vite", &["vite", "build"], "vite/dist"),
    developed("vite 8, dev", "vite", VITE_DEV),
    built("vite 7, build", "vite-7", &["vite", "build"], "vite-7/dist"),
    developed("vite 7, dev", "vite-7", VITE_DEV),
    built("vite 6, build", "vite-6", &["vite", "build"], "vite-6/dist"),
    developed("vite 6, dev", "vite-6", VITE_DEV),
    built(
        "webpack 5, build",
        "webpack",
        &["webpack", "--mode", "production"],
        "webpack/public",
    ),
    developed(
        "webpack 5, dev",
        "webpack",
        &[
            "webpack",
            "serve",
            "--mode",
            "development",
            "--port",
            "PORT",
        ],
    ),
    built(
        "parcel, build",
        "parcel",
        &["parcel", "build", "index.html", "--no-autoinstall"],
        "parcel/dist",
    ),
    developed(
        "parcel, dev",
        "parcel",
        &["parcel", "index.html", "--port", "PORT", "--no-autoinstall"],
    ),
    built("next, export", "next", &["next", "build"], "next/out"),
    developed("next, dev", "next", NEXT_DEV),
    built(
        "next by webpack, export",
        "next",
        &["next", "build", "--webpack"],
        "next/out",
    ),
    developed(
        "next by webpack, dev",
        "next",
        &[
            "next",
            "dev",
            "--webpack",
            "--hostname",
            "127.0.0.1",
            "--port",
            "PORT",
        ],
    ),
];
