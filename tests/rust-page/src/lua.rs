//! A client of the worker: what a page needs of the protocol to run scripts.

use crate::codec::Postcard;
use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use gloo_worker::{HandlerId, Spawnable, Worker, WorkerBridge, WorkerScope};
use pubwiki_lua_runtime::protocol::{
    Answer, Artifact, BackendChoice, Dialect, Error, Event, HostAnswer, HostCall, HostError,
    ModulePolicy, OpenOptions, Request, RunLimits, RunOutcome, RunSpec, VERSION, Value,
};

/// The actor as gloo knows it from outside: what goes in, and what comes out.
struct Actor;

impl Worker for Actor {
    type Message = ();
    type Input = Request;
    type Output = Event;

    fn create(_: &WorkerScope<Self>) -> Self {
        Self
    }

    fn update(&mut self, _: &WorkerScope<Self>, (): ()) {}

    fn received(&mut self, _: &WorkerScope<Self>, _: Request, _: HandlerId) {}
}

/// A function that scripts call as `host.NAME(...)`; none when the page has none of that name.
pub type HostFunctions = fn(name: &str, args: &[Value]) -> Option<Value>;

/// A worker with a session. Scripts run one after the other here; the protocol allows many at once.
pub struct Lua {
    bridge: WorkerBridge<Actor>,
    events: UnboundedReceiver<Event>,
    functions: HostFunctions,
    last_id: u32,
}

/// How a script ended, and what it printed.
pub struct Ended {
    /// Its values and what it took, or its error.
    pub outcome: Result<RunOutcome, Error>,
    /// What it printed.
    pub output: Vec<u8>,
}

impl Lua {
    /// Starts the worker's script, `worker.js` of the npm package, and opens a session.
    ///
    /// # Errors
    /// When the backend does not open, or worker and page are of different releases.
    pub async fn open(
        worker_url: &str,
        backend: BackendChoice,
        functions: HostFunctions,
    ) -> Result<(Self, Artifact), Error> {
        let (sender, events) = unbounded();
        let bridge = Actor::spawner()
            .encoding::<Postcard>()
            .with_loader(true)
            // Nobody listens any more once the page has released it.
            .callback(move |event| drop(sender.unbounded_send(event)))
            .spawn(worker_url);
        let mut lua = Self {
            bridge,
            events,
            functions,
            last_id: 0,
        };
        lua.bridge.send(Request::Open {
            version: VERSION,
            options: OpenOptions {
                backend,
                limits: RunLimits::default(),
                modules: ModulePolicy::BuiltIn,
                allow_self_named_scripts: false,
                resolves: false,
                compile: None,
            },
        });
        loop {
            match lua.next().await? {
                Event::Ready { artifact, .. } => return Ok((lua, artifact)),
                Event::Answer {
                    id: 0,
                    answer: Answer::Error(error),
                } => return Err(error),
                _ => {}
            }
        }
    }

    /// Runs a script as `script_id`.
    ///
    /// # Errors
    /// When the worker is gone; a script's own error is in the answer.
    pub async fn run(
        &mut self,
        script_id: &str,
        code: &str,
        args: Vec<Value>,
    ) -> Result<Ended, Error> {
        self.last_id += 1;
        let run = self.last_id;
        self.bridge.send(Request::Run {
            id: run,
            spec: RunSpec {
                script_id: Some(script_id.to_owned()),
                code: code.into(),
                name: None,
                args,
                limits: RunLimits::default(),
                keep_alive: false,
                dialect: Dialect::Lua54,
            },
        });
        let mut output = Vec::new();
        loop {
            match self.next().await? {
                Event::Output { run: of, chunk } if of == run => output.extend(chunk),
                Event::Answer { id, answer } if id == run => {
                    let outcome = match answer {
                        Answer::Run(outcome) => Ok(outcome),
                        Answer::Error(error) => Err(error),
                        _ => Err(Error::protocol("a run was answered with something else")),
                    };
                    return Ok(Ended { outcome, output });
                }
                _ => {}
            }
        }
    }

    /// Ends the session once every write is durable, and the worker.
    ///
    /// # Errors
    /// What the backend's close failed with.
    pub async fn close(mut self) -> Result<(), Error> {
        self.last_id += 1;
        let close = self.last_id;
        self.bridge.send(Request::Close { id: close });
        loop {
            match self.next().await? {
                Event::Answer { id, answer } if id == close => {
                    return match answer {
                        Answer::Error(error) => Err(error),
                        _ => Ok(()),
                    };
                }
                _ => {}
            }
        }
    }

    /// The next event that is not a call: those are answered.
    async fn next(&mut self) -> Result<Event, Error> {
        loop {
            match self.events.next().await {
                Some(Event::Call { id, call }) => {
                    let answer = self.serve(&call);
                    self.bridge.send(Request::Answer { call: id, answer });
                }
                Some(event) => return Ok(event),
                None => return Err(Error::protocol("the worker is gone")),
            }
        }
    }

    fn serve(&self, call: &HostCall) -> HostAnswer {
        let missing = |message: String| {
            HostAnswer::Error(HostError {
                name: "ReferenceError".into(),
                message,
            })
        };
        match call {
            HostCall::Function { name, args, .. } => match (self.functions)(name, args) {
                Some(value) => HostAnswer::Value(value),
                None => missing(format!("the page has no function {name}")),
            },
            _ => missing("this page has functions alone".into()),
        }
    }
}
