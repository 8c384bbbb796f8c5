//! The database's object stores, and what is said of it.

use pubwiki_lua_runtime::protocol::Notice;
use std::rc::Rc;

/// The object store's name.
pub const STORE: &str = "records";

/// The object store of marks: what was done once, for good.
pub const MARKS: &str = "marks";

/// Tells the page something.
pub type Tell = Rc<dyn Fn(Notice)>;
