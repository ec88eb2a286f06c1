//! The model of the room: what exists now.

use std::collections::BTreeSet;

use crate::script::{Script, Step};

/// What exists, by the names that the script gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct World {
    present: BTreeSet<String>,
}

impl World {
    /// The first of the step's needs that is not there.
    pub(crate) fn missing<'a>(&self, step: &'a Step) -> Option<&'a str> {
        step.needs.iter().map(String::as_str).find(|need| !self.present.contains(*need))
    }

    /// What the step changes.
    pub(crate) fn take(&mut self, step: &Step) {
        self.present.extend(step.makes.iter().cloned());
        for ended in &step.ends {
            self.present.remove(ended);
        }
    }

    pub(crate) fn has(&self, object: &str) -> bool {
        self.present.contains(object)
    }

    /// A secret object that is still there.
    pub(crate) fn unaccounted(&self, script: &Script) -> Option<String> {
        let secret = script.objects.iter().filter(|object| object.secret);
        secret.map(|object| &object.id).find(|id| self.present.contains(*id)).cloned()
    }

    /// Whether something exists in memory only.
    pub(crate) fn has_volatile(&self, script: &Script) -> bool {
        script.objects.iter().any(|object| object.volatile && self.present.contains(&object.id))
    }
}
