//! From the people that a file or a window names to roster, policy and registry roles.

use ceremony::answers::{
    Answers, BearerAnswers, EnrolmentHolder, HealthAnswers, HolderAnswers, RequestAnswers,
};
use ceremony::{Holder, Person, Roster};
use quorum::{GroupPolicy, QuorumPolicy};
use registry::Role;
use terms::plain::escaped_line;

use super::{ConductError, RoomError};
use crate::genesis::GenesisError;
use crate::run::Attendee;
use crate::vault::Vault;

/// The longest reason for which a token that attests nothing is admitted, in characters.
const REASON_MAX: usize = 300;

/// Everybody in the room of a genesis, and who shall hold what.
pub(super) fn of_genesis(answers: &Answers, sheets: bool) -> Result<Roster, ConductError> {
    let mut people = officials(answers);
    people.extend(holders(answers).map(|holder| person(&holder.name, "custodian")));
    let holder = |holder: &HolderAnswers| Holder {
        name: holder.name.clone(),
        token: holder.pin.is_some() || holder.token || holder.pkcs11.is_some(),
        sheet: holder.sheet && sheets,
    };
    let holders: Vec<_> = holders(answers).map(holder).collect();
    if let Some(bare) = holders.iter().find(|holder| !holder.token && !holder.sheet) {
        return Err(ConductError::NowhereToGo { holder: bare.name.clone() });
    }
    Ok(Roster { people, holders, dice: answers.dice.is_some() })
}

/// Adds those who bring shares of the split before.
pub(super) fn add_bearers(roster: &mut Roster, bearers: &[BearerAnswers]) {
    roster.people.extend(bearers.iter().map(|bearer| person(&bearer.name, "bearer")));
}

/// Everybody in the room of an enrolment; whoever gets a token stands there once for it.
pub(super) fn of_enrolment(answers: &Answers) -> Result<Roster, ConductError> {
    let missing = || RoomError::Unanswered { what: "who gets a token".to_owned() };
    let names = &answers.enrolment.as_ref().ok_or_else(missing)?.holders;
    let mut people = officials(answers);
    people.extend(names.iter().map(|holder| person(&holder.name, "custodian")));
    let holder =
        |holder: &EnrolmentHolder| Holder { name: holder.name.clone(), token: true, sheet: false };
    Ok(Roster { people, holders: names.iter().map(holder).collect(), dice: false })
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

/// Everybody in the room of a health ceremony. Whoever shows several copies stands there once for
/// each; `copies` tells how many tokens a share lies on, and whether on a sheet.
pub(super) fn of_health(
    answers: &Answers,
    shown: &HealthAnswers,
    copies: impl Fn(&str) -> (usize, bool),
) -> Roster {
    let (mut people, mut holders) = (officials(answers), Vec::new());
    for own in &shown.holders {
        people.push(person(&own.name, "custodian"));
        let (tokens, sheet) = copies(&own.name);
        let holder = |token| Holder { name: own.name.clone(), token, sheet: !token };
        let tokens = own.tokens.unwrap_or(tokens).min(tokens);
        holders.extend((0..tokens).map(|_| holder(true)));
        holders.extend((sheet && own.sheet != Some(false)).then(|| holder(false)));
    }
    Roster { people, holders, dice: false }
}

/// What is asked for, which a restore cannot do without.
pub(super) fn request(answers: &Answers) -> Result<&RequestAnswers, ConductError> {
    let missing = || RoomError::Unanswered { what: "who asks for what".to_owned() };
    Ok(answers.request.as_ref().ok_or_else(missing)?)
}

/// Who holds shares, and how many of them open the key.
///
/// # Errors
///
/// The answers name nobody, or no quorum can be made of them.
pub fn policy(answers: &Answers) -> Result<QuorumPolicy, ConductError> {
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

/// Why tokens that attest nothing are admitted, which a roster that names one must say
/// (envelope-1 E17).
pub(super) fn unattested(answers: &Answers) -> Result<Option<String>, ConductError> {
    let reason = answers.unattested_tokens.as_deref().map(str::trim).filter(|why| !why.is_empty());
    if let Some(holder) = holders(answers).find(|holder| holder.pkcs11.is_some())
        && reason.is_none()
    {
        return Err(GenesisError::Unattested { holder: holder.name.clone() }.into());
    }
    if reason.is_some_and(|why| why.chars().count() > REASON_MAX) {
        let what = format!("in at most {REASON_MAX} characters why a token is admitted");
        return Err(RoomError::Unanswered { what }.into());
    }
    Ok(reason.map(escaped_line))
}

/// The labels of all PKCS#11 tokens that the roster names.
pub(super) fn labels(answers: &Answers) -> impl Iterator<Item = &str> {
    holders(answers).filter_map(|holder| holder.pkcs11.as_deref())
}

/// The label of the PKCS#11 token of `holder`, if the roster says that it is one.
pub(super) fn label<'a>(answers: &'a Answers, holder: &str) -> Option<&'a str> {
    holders(answers).find(|other| other.name == holder)?.pkcs11.as_deref()
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
        "custodian" | "bearer" => Role::Custodian,
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
