//! Channels between workers.

use crate::platform::{Channel, Hear};
use std::cell::RefCell;
use std::rc::Rc;

/// Channels by name, on which members hear each other at once.
#[derive(Default)]
pub struct Channels(RefCell<Vec<Rc<Member>>>);

struct Member {
    name: String,
    hear: Hear,
}

struct Joined {
    channels: Rc<Channels>,
    me: Rc<Member>,
}

impl Channels {
    /// Joins the channel of this name.
    pub fn join(self: &Rc<Self>, name: &str, hear: Hear) -> Box<dyn Channel> {
        let me = Rc::new(Member {
            name: name.into(),
            hear,
        });
        self.0.borrow_mut().push(me.clone());
        Box::new(Joined {
            channels: self.clone(),
            me,
        })
    }
}

impl Channel for Joined {
    fn post(&self, bytes: &[u8]) {
        let members = self.channels.0.borrow().clone();
        let others = members.iter().filter(|other| !Rc::ptr_eq(other, &self.me));
        for other in others.filter(|other| other.name == self.me.name) {
            (other.hear)(bytes);
        }
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        let mut members = self.channels.0.borrow_mut();
        members.retain(|member| !Rc::ptr_eq(member, &self.me));
    }
}
