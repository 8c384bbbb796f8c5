//! A headless browser with a profile of its own.

mod chromium;
mod firefox;
mod guard;
mod profile;
mod webkit;

use guard::Guard;
pub use profile::Profile;
use webkit::Screen;

use crate::{process, setup};
use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;
use tokio::process::Child;

/// The host that every page is loaded from, whichever port the server got: browsers keep
/// data by origin, and a port is a part of that. `localhost` makes it a secure context.
pub const HOST: &str = "pubwiki-lua.localhost";

/// How long a browser may take to write its profile when it is told to end.
const GRACE: Duration = Duration::from_secs(30);

/// The browsers that can be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium
    Chromium,
    /// Firefox
    Firefox,
    /// WebKit, by `WebKitGTK`'s MiniBrowser
    Webkit,
}

impl Engine {
    /// Its name in messages and in the pages' addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    /// Debian's package.
    fn package(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox-esr",
            Self::Webkit => "libwebkit2gtk-4.1-0",
        }
    }

    /// The port that a server needs for pages of this browser: 0, for any, where [`HOST`] is the same origin
    /// whatever the port.
    ///
    /// # Errors
    /// When the profile cannot be read or written.
    pub fn port(self, profile: &Profile) -> Result<u16> {
        match self {
            Self::Chromium | Self::Firefox => Ok(0),
            Self::Webkit => profile.port(),
        }
    }

    /// The variable that names another program, such as Chrome.
    fn variable(self) -> &'static str {
        match self {
            Self::Chromium => "PUBWIKI_LUA_CHROMIUM",
            Self::Firefox => "PUBWIKI_LUA_FIREFOX",
            Self::Webkit => "PUBWIKI_LUA_WEBKIT",
        }
    }

    /// Makes sure that there is a browser to launch.
    ///
    /// # Errors
    /// When there is none and it cannot be installed.
    pub fn prepare(self) -> Result<()> {
        if std::env::var_os(self.variable()).is_some() {
            return Ok(());
        }
        match self {
            Self::Chromium => setup::chromium(),
            Self::Firefox => setup::firefox(),
            Self::Webkit => setup::webkit(),
        }
    }

    /// The program.
    ///
    /// # Errors
    /// When there is none.
    pub fn binary(self) -> Result<PathBuf> {
        match std::env::var_os(self.variable()) {
            Some(binary) => Ok(PathBuf::from(binary)),
            None => match self {
                Self::Chromium | Self::Firefox => process::find(self.package()),
                Self::Webkit => setup::mini_browser(),
            }
            .with_context(|| {
                format!(
                    "there is no {self:?}: install Debian's package {}",
                    self.package()
                )
            }),
        }
    }
}

/// A running browser. It is killed when it is dropped.
pub struct Browser {
    engine: Engine,
    child: Child,
    log: PathBuf,
    profile: Profile,
    /// Ends what is left of its processes.
    _guard: Guard,
    _screen: Option<Screen>,
}

impl Browser {
    /// Opens `path` of the server on `port`.
    ///
    /// # Errors
    /// When the browser is missing or cannot be started.
    pub fn launch(engine: Engine, profile: Profile, port: u16, path: &str) -> Result<Self> {
        let host = match engine {
            Engine::Chromium | Engine::Firefox => HOST.to_owned(),
            Engine::Webkit => format!("localhost:{port}"),
        };
        Self::open(engine, profile, port, &format!("http://{host}{path}"))
    }

    /// Opens `url`, which may be of a file; the server is on `port`.
    ///
    /// # Errors
    /// As [`Self::launch`].
    pub fn open(engine: Engine, profile: Profile, port: u16, url: &str) -> Result<Self> {
        let binary = engine.binary()?;
        let log = profile.folder().join("xtask-browser.log");
        let mut command = Command::new(&binary);
        let mut screen = None;
        match engine {
            Engine::Chromium => chromium::arrange(&mut command, &profile, port),
            Engine::Firefox => firefox::arrange(&mut command, &profile, port)?,
            Engine::Webkit => {
                webkit::arrange(&mut command, &profile, screen.insert(Screen::start()?));
            }
        }
        command
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            // Its processes are ended together.
            .process_group(0);
        let child = tokio::process::Command::from(command)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| {
                format!(
                    "cannot start the browser {}: install Debian's package {}, or name another in {}",
                    binary.display(),
                    engine.package(),
                    engine.variable()
                )
            })?;
        let leader = child.id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        let guard = Guard::over(leader.context("the browser ended at once")?)?;
        Ok(Self {
            engine,
            child,
            log,
            profile,
            _guard: guard,
            _screen: screen,
        })
    }

    /// Completes when the browser ends by itself, and says so.
    pub async fn died(&mut self) -> anyhow::Error {
        let status = self.child.wait().await;
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last = log
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("it said nothing");
        anyhow::anyhow!(
            "the browser ended too early ({}): {last}",
            describe(&status)
        )
    }

    /// Kills the browser where it stands, as the system does when memory is short.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn kill(mut self) -> Result<()> {
        self.child.kill().await.context("cannot kill the browser")
    }

    /// Lets the browser write its profile and end, or ends it.
    pub async fn close(mut self) {
        let ended = async {
            let told = match self.engine {
                Engine::Chromium | Engine::Webkit => false,
                Engine::Firefox => firefox::quit(self.profile.folder()).await.is_ok(),
            };
            if !told && let Some(pid) = self.pid() {
                let _ = kill_process(pid, Signal::TERM);
            }
            self.child.wait().await
        };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            let _ = self.child.kill().await;
        }
    }

    fn pid(&self) -> Option<Pid> {
        Pid::from_raw(self.child.id()?.cast_signed())
    }
}

fn describe(status: &std::io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    }
}
