//! What a health ceremony found, in words.

use engine::conduct::health::{Checked, Unproved};
use engine::health::GroupMargin;
use token::remarked;

use crate::context::Context;
use crate::exit::Exit;
use crate::output;

/// Tells it; the exit code says whether every share that was brought is what was handed out, and
/// whether a quorum is left.
pub(super) fn tell(found: &Checked, context: &Context) -> Exit {
    let exit = match (found.margin.is_reachable, found.unproved.is_empty()) {
        (false, _) => Exit::QuorumMissing,
        (true, false) => Exit::VerificationFailed,
        (true, true) => Exit::Done,
    };
    if context.json {
        output::json("ceremony run health", found);
        return exit;
    }
    output::field("key", &found.key);
    for proved in &found.proved {
        let on = proved.token.as_deref().map(remarked);
        let on = on.map_or_else(|| "the sheet".to_owned(), |serial| format!("token {serial}"));
        output::field("proved", format!("{} on {on}", proved.holder));
    }
    for unproved in &found.unproved {
        let Unproved { holder, code, .. } = unproved;
        output::field("NOT PROVED", format!("{holder}, {} [{code}]", unproved.on()));
    }
    found.not_brought.iter().for_each(|what| output::field("not brought", what));
    for away in &found.absent {
        output::field("absent", format!("{}: {}", away.holder, away.reason));
    }
    for GroupMargin { name, needed, usable, shares } in &found.margin.groups {
        let told = format!("{usable} of {shares} shares can be used, {needed} are needed");
        output::field(name, told);
    }
    output::field("margin", found.margin.in_words());
    found.next_due.iter().for_each(|due| output::field("next proof", format!("by {due}")));
    output::field("minutes", &found.minutes);
    if !found.unproved.is_empty() {
        let next = context.strongroom();
        output::line(format!(
            "A token that cannot be used is replaced from another copy: {next} token replace. A \
             holder without a good copy gets a new share: {next} ceremony run refresh."
        ));
    }
    exit
}
