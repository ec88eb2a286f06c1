//! The step in which people look at the machine: what it shows goes on the record as they saw it.

use super::Facts;
use crate::machine::Finding;

/// What was as it should be.
const GOOD: &str = "Machine";
/// What was not, so that nobody reads over it.
const NOT_GOOD: &str = "Machine, NOT AS IT SHOULD BE";

/// What the minutes say of `findings`.
pub(super) fn facts(findings: &[Finding]) -> Facts {
    let of = |is_good: bool, label: &str| {
        let some = findings.iter().filter(move |finding| finding.is_good == is_good);
        let lines: Vec<_> = some.map(Finding::to_string).collect();
        (!lines.is_empty()).then(|| (label.to_owned(), lines.join("\n")))
    };
    of(false, NOT_GOOD).into_iter().chain(of(true, GOOD)).collect()
}

/// What of the `facts` of a run belongs among its exceptions.
pub(super) fn exceptions(facts: &Facts) -> impl Iterator<Item = String> {
    let bad = facts.iter().filter(|(label, _)| label == NOT_GOOD);
    bad.map(|(_, found)| {
        format!("the machine was not as it should be: {}", found.replace('\n', "; "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(what: &'static str, is_good: bool) -> Finding {
        Finding { what, is_good, state: "a state".to_owned(), remedy: "" }
    }

    #[test]
    fn what_is_not_good_stands_apart_and_is_an_exception() {
        let facts = facts(&[finding("swap", true), finding("network", false), finding("x", false)]);
        let bad = (NOT_GOOD.to_owned(), "network: a state\nx: a state".to_owned());
        assert_eq!(facts, [bad, (GOOD.to_owned(), "swap: a state".to_owned())]);
        let told: Vec<_> = exceptions(&facts).collect();
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("network: a state; x: a state"), "{told:?}");
        assert_eq!(exceptions(&super::facts(&[finding("swap", true)])).count(), 0);
    }
}
