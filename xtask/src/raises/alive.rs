//! The values that need dropping while a call is in progress.

use super::mir::{Block, Body, Call, Flags};
use std::collections::{BTreeSet, HashMap};

impl Body {
    /// The types of what is alive and needs dropping while each of `calls` is in progress.
    pub fn alive<'a>(&'a self, calls: &[&Call]) -> Vec<BTreeSet<&'a str>> {
        let flags = self.flags();
        let none = Flags::new();
        let alive = |call: &&Call| {
            let known = flags.get(&call.block).unwrap_or(&none);
            let mut next: Vec<_> = (call.cleanup.iter())
                .map(|block| (block, known.clone()))
                .collect();
            let (mut types, mut seen) = (BTreeSet::new(), BTreeSet::new());
            while let Some((name, mut known)) = next.pop() {
                let Some(block) = self.blocks.get(name).filter(|_| seen.insert(name)) else {
                    continue;
                };
                self.set(block, &mut known);
                let dropped = block.dropped.iter();
                types.extend(dropped.map(|name| self.locals.get(name).unwrap_or(name).as_str()));
                next.extend(block.next(&known).map(|target| (target, known.clone())));
            }
            types
        };
        calls.iter().map(alive).collect()
    }

    /// What is known of the flags at the end of each block that is reached.
    fn flags(&self) -> HashMap<String, Flags> {
        let mut ends = HashMap::<String, Flags>::new();
        let mut next = vec![("bb0".to_owned(), Flags::new())];
        while let Some((name, mut known)) = next.pop() {
            let Some(block) = self.blocks.get(&name) else {
                continue;
            };
            self.set(block, &mut known);
            if let Some(former) = ends.get(&name) {
                // What differs by the way that led here is not known.
                known.retain(|flag, value| former.get(flag) == Some(value));
                if known.len() == former.len() {
                    continue;
                }
            }
            let targets = block.next(&known);
            next.extend(targets.map(|target| (target.clone(), known.clone())));
            ends.insert(name, known);
        }
        ends
    }

    /// What `block` makes known.
    fn set(&self, block: &Block, known: &mut Flags) {
        let flags = block
            .flags
            .iter()
            .filter(|(name, _)| !self.others.contains(*name));
        known.extend(flags.map(|(name, set)| (name.clone(), *set)));
    }
}

impl Block {
    /// Where it may go on, with what is known.
    fn next(&self, known: &Flags) -> impl Iterator<Item = &String> {
        let looks_at = self.looks_at.as_ref();
        let decided = looks_at.and_then(|(flag, unset)| Some((unset, *known.get(flag)?)));
        self.targets.iter().filter(move |target| match decided {
            Some((unset, set)) => (*target == unset) != set,
            None => true,
        })
    }
}
