//! The runs of a session.

use super::Session;
use super::calls::Calls;
use super::limits::decide;
use crate::ledger::Ledger;
use crate::protocol::{
    Answer, Error, ErrorKind, Event, HostAnswer, HostCall, HostError, RunOutcome, RunSpec, Value,
};
use crate::sandbox::{self, Environment, FunctionNames, HostFunctions, Identity, Stop, Stream};
use crate::state::ScriptId;
use crate::storage::Pending;
use std::rc::Rc;

/// The name in messages of a source that has none, of a script that has none yet.
const UNNAMED: &str = "script";

impl Session {
    pub(super) fn run(&self, id: u32, spec: RunSpec) {
        let environment = match self.prepare(id, &spec) {
            Ok(environment) => environment,
            Err(error) => return self.answer(id, Answer::Error(error)),
        };
        let session = self.clone();
        self.answer_later(
            id,
            Box::pin(async move {
                let (ended, stats) = sandbox::run(environment, spec).await;
                session.inner.runs.end(id);
                if ended.is_err() {
                    let platform = &session.inner.platform;
                    platform.send(Event::RunFailed { run: id, stats });
                }
                let values = ended?;
                Ok(Answer::Run(RunOutcome { values, stats }))
            }),
        );
    }

    fn prepare(&self, id: u32, spec: &RunSpec) -> Result<Environment, Error> {
        let (store, defaults) = self.opened()?;
        let limits = decide(spec.limits, defaults)?;
        let memory = Ledger::new();
        let identity = match &spec.script_id {
            Some(script) => {
                Identity::fixed(store.access_of_run(ScriptId::parse(script)?, memory.clone()))
            }
            None if self.allows_self_named() => Identity::self_named(store, memory.clone()),
            None => {
                return Err(Error::new(
                    ErrorKind::Permission,
                    "the run names no script: give it a scriptId, or create the runner with allowSelfNamedScripts",
                ));
            }
        };
        let name = spec.name.as_ref().or(spec.script_id.as_ref());
        let stop = Rc::new(Stop::default());
        self.inner.runs.begin(id, stop.clone())?;
        let platform = self.inner.platform.clone();
        let output = platform.clone();
        Ok(Environment {
            run: id,
            identity,
            host: Rc::new(Functions {
                calls: self.inner.calls.clone(),
                names: self.inner.functions.clone(),
            }),
            modules: self.inner.modules.clone(),
            compiled: self.inner.compiled.borrow().clone(),
            stop,
            output: Rc::new(move |stream, chunk| {
                output.send(match stream {
                    Stream::Output => Event::Output { run: id, chunk },
                    Stream::Errors => Event::ErrorOutput { run: id, chunk },
                });
            }),
            limits,
            memory,
            name: name.map_or_else(|| UNNAMED.to_owned(), Clone::clone),
            test_functions: self.inner.test_functions.get(),
            platform,
        })
    }
}

/// The error of what the page's own code threw, as `value` if it was not a JavaScript error.
fn thrown(what: &str, cause: HostError, value: Value) -> Error {
    let message = format!("{what}: {}: {}", cause.name, cause.message);
    Error::new(ErrorKind::Host { cause, value }, message)
}

/// The page's functions, over the protocol.
struct Functions {
    calls: Rc<Calls>,
    names: Rc<FunctionNames>,
}

impl HostFunctions for Functions {
    fn names(&self) -> &FunctionNames {
        &self.names
    }

    fn call(&self, run: u32, name: &str, args: Vec<Value>) -> Pending<Vec<Value>> {
        let name = name.to_owned();
        let answer = self.calls.call(HostCall::Function {
            run,
            name: name.clone(),
            args,
        });
        Box::pin(async move {
            match answer.await {
                HostAnswer::Value(value) => Ok(vec![value]),
                HostAnswer::Values(values) => Ok(values),
                HostAnswer::Error(cause) => Err(thrown(&format!("host.{name}"), cause, Value::Nil)),
                HostAnswer::Thrown { cause, value } => {
                    Err(thrown(&format!("host.{name}"), cause, value))
                }
                _ => Err(Error::protocol(format!(
                    "the page answered host.{name} with something else"
                ))),
            }
        })
    }

    fn input(&self, run: u32) -> Pending<Option<Vec<u8>>> {
        let answer = self.calls.call(HostCall::Input { run });
        Box::pin(async move {
            match answer.await {
                HostAnswer::Value(Value::Nil) => Ok(None),
                HostAnswer::Value(Value::Bytes(piece)) => Ok(Some(piece)),
                HostAnswer::Value(Value::Str(piece)) => Ok(Some(piece.into_bytes())),
                HostAnswer::Error(cause) => Err(thrown("stdin", cause, Value::Nil)),
                _ => Err(Error::protocol(
                    "the page answered stdin with something else",
                )),
            }
        })
    }
}
