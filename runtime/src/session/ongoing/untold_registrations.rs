//! Declarations of which the page has not been notified yet.

use crate::platform::Platform;
use crate::protocol::{Declaration, Event, NamespaceConfig};
use crate::state::{Registration, ScriptId};
use std::cell::RefCell;
use std::rc::Rc;

/// The declarations that the page has not been notified of yet. That is done once a turn, and before an answer or a
/// call may reach it: a script can declare the same namespaces again as often as it likes.
pub(in crate::session) struct UntoldRegistrations {
    platform: Rc<dyn Platform>,
    untold: RefCell<Vec<Untold>>,
}

/// Declarations in order of their names.
#[derive(Default)]
struct Configs(Vec<(String, NamespaceConfig)>);

impl Configs {
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0
            .binary_search_by(|(other, _)| other.as_str().cmp(name))
    }

    fn put(&mut self, name: &str, config: NamespaceConfig) {
        match self.place(name) {
            Ok(at) => self.0[at].1 = config,
            Err(at) => self.0.insert(at, (name.to_owned(), config)),
        }
    }

    fn remove(&mut self, name: &str) {
        if let Ok(at) = self.place(name) {
            self.0.remove(at);
        }
    }
}

enum Untold {
    /// What a script has declared in a row. Sharing after not sharing hands a namespace on to whoever
    /// declared it too: so what is not shared comes first, and only the last of either kind counts.
    Registered {
        script: ScriptId,
        own: Configs,
        shared: Configs,
    },
    Unregistered(ScriptId),
}

impl UntoldRegistrations {
    pub(in crate::session) fn new(platform: Rc<dyn Platform>) -> Self {
        Self {
            platform,
            untold: RefCell::default(),
        }
    }

    /// Tells the page what it has not been told yet.
    pub(in crate::session) fn tell(&self) {
        for untold in self.untold.take() {
            match untold {
                Untold::Unregistered(script) => self.platform.send(Event::Unregistered {
                    script_id: script.as_str().to_owned(),
                }),
                Untold::Registered {
                    script,
                    own,
                    shared,
                } => {
                    self.tell_registered(&script, own);
                    self.tell_registered(&script, shared);
                }
            }
        }
    }

    fn tell_registered(&self, script: &ScriptId, Configs(configs): Configs) {
        if configs.is_empty() {
            return;
        }
        self.platform.send(Event::Registered {
            script_id: script.as_str().to_owned(),
            namespaces: configs
                .into_iter()
                .map(|(name, config)| Declaration { name, config })
                .collect(),
        });
    }

    pub(in crate::session) fn note(self: &Rc<Self>, registration: Registration<'_>) {
        let mut untold = self.untold.borrow_mut();
        if untold.is_empty() {
            let news = self.clone();
            self.platform.spawn(Box::pin(async move {
                news.platform.next_task().await;
                news.tell();
            }));
        }
        match registration {
            Registration::Registered(script, configs) => declare(&mut untold, script, configs),
            Registration::Unregistered(script) => {
                untold.push(Untold::Unregistered(script.clone()));
            }
        }
    }
}

fn declare(untold: &mut Vec<Untold>, script: &ScriptId, configs: &[(String, NamespaceConfig)]) {
    if !matches!(untold.last(), Some(Untold::Registered { script: last, .. }) if last == script) {
        untold.push(Untold::Registered {
            script: script.clone(),
            own: Configs::default(),
            shared: Configs::default(),
        });
    }
    let Some(Untold::Registered { own, shared, .. }) = untold.last_mut() else {
        return;
    };
    for (name, config) in configs {
        if config.shared {
            shared.put(name, *config);
        } else {
            shared.remove(name);
            own.put(name, *config);
        }
    }
}
