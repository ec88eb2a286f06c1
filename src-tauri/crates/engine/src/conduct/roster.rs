//! From the people that a file or a window names to roster, policy and registry roles.

use ceremony::answers::{Answers, HolderAnswers, RequestAnswers};
use ceremony::{Holder, Person, Roster};
use quorum::{GroupPolicy, QuorumPolicy};
use registry::Role;

use super::{ConductError, RoomError};
use crate::run::Attendee;
use crate::vault::Vault;

/// Everybody in the room of a genesis, and who shall hold what.
pub(super) fn of_genesis(answers: &Answers, sheets: bool) -> Result<Roster, ConductError> {
    let mut people = officials(answers);
    people.extend(holders(answers).map(|holder| person(&holder.name, "custodian")));
    let holder = |holder: &HolderAnswers| Holder {
        name: holder.name.clone(),
        token: holder.pin.is_some() || holder.token,
        sheet: holder.sheet && sheets,
    };
    let holders: Vec<_> = holders(answers).map(holder).collect();
    if let Some(bare) = holders.iter().find(|holder| !holder.token && !holder.sheet) {
        return Err(ConductError::NowhereToGo { holder: bare.name.clone() });
    }
    Ok(Roster { people, holders, dice: answers.dice.is_some() })
}

/// Everybody in the room of a restore; `has_token` tells whose share lies in an envelope.
pub(super) fn of_restore(
    answers: &Answers,
    request: &RequestAnswers,
    has_token: impl Fn(&str) -> bool,
) -> Roster {
    let mut people = officials(answers);
    people.push(person(&request.requester, "requester"));
    people.extend(request.approvers.iter().map(|approver| person(&approver.name, "custodian")));
    let holder = |name: &String| {
        let token = has_token(name);
        Holder { name: name.clone(), token, sheet: !token }
    };
    let holders = request.approvers.iter().map(|approver| holder(&approver.name)).collect();
    Roster { people, holders, dice: false }
}

/// What is asked for, which a restore cannot do without.
pub(super) fn request(answers: &Answers) -> Result<&RequestAnswers, ConductError> {
    let missing = || RoomError::Unanswered { what: "who asks for what".to_owned() };
    Ok(answers.request.as_ref().ok_or_else(missing)?)
}

/// Who holds shares, and how many of them open the key.
pub(super) fn policy(answers: &Answers) -> Result<QuorumPolicy, ConductError> {
    let missing = || RoomError::Unanswered { what: "who holds shares".to_owned() };
    let quorum = answers.quorum.as_ref().ok_or_else(missing)?;
    let groups: Result<Vec<_>, _> = quorum
        .groups
        .iter()
        .map(|group| {
            let names: Vec<&str> = group.holders.iter().map(|h| h.name.as_str()).collect();
            GroupPolicy::new(&group.name, group.threshold, &names)
        })
        .collect();
    Ok(QuorumPolicy::new(quorum.group_threshold, groups?)?)
}

/// Compares the names with those of the people whom the vault knows.
pub(super) fn compare(vault: &Vault, roster: &Roster) -> Result<(), ConductError> {
    let people = vault.read().people()?;
    Ok(roster.check_names(people.iter().map(|person| person.name.as_str()))?)
}

/// The roster as the registry knows roles.
pub(super) fn attendees(roster: &Roster) -> Vec<Attendee> {
    let role = |role: &str| match role {
        "administrator" => Role::Administrator,
        "witness" => Role::Witness,
        "custodian" => Role::Custodian,
        _ => Role::Operator,
    };
    let attendee = |p: &Person| Attendee { name: p.name.clone(), role: role(&p.role) };
    roster.people.iter().map(attendee).collect()
}

fn officials(answers: &Answers) -> Vec<Person> {
    vec![person(&answers.administrator, "administrator"), person(&answers.witness, "witness")]
}

fn holders(answers: &Answers) -> impl Iterator<Item = &HolderAnswers> {
    answers.quorum.iter().flat_map(|quorum| &quorum.groups).flat_map(|group| &group.holders)
}

fn person(name: &str, role: &str) -> Person {
    Person { name: name.to_owned(), role: role.to_owned() }
}
