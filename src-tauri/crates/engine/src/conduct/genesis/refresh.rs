//! What a refresh does besides: the old shares come, the key is put together, and what old shares
//! can still do is said aloud (decision 0507).

use quorum::{OfferedShare, QuorumPolicy, UntrustedQuorum};
use registry::{ShareCopy, Split};
use terms::{KeyName, SplitId, Timestamp};

use ceremony::answers::{Answers, BearerAnswers};

use super::Work;
use crate::approval::{ApprovalError, held};
use crate::conduct::{ConductError, Facts, RoomError, in_words, shown_with_token};
use crate::health::{Means, copies, effective, named, newest_key, policy_of, shown};
use crate::tokens::at_hand;
use crate::unlock::Known;
use crate::vault::Vault;
use token::Serial;

/// The split whose shares are brought, and what came of them.
pub(super) struct Old {
    pub(super) key: KeyName,
    split: Split,
    policy: QuorumPolicy,
    brought: Vec<OfferedShare>,
    /// What was read aloud.
    told: Facts,
}

impl Old {
    /// The tokens that carry the old share of `holder`; none if it is not a holder's.
    pub(super) fn tokens(&self, vault: &Vault, holder: &str) -> Result<Vec<Serial>, ConductError> {
        match held(vault, &self.split, holder) {
            Ok(held) => Ok(held.tokens()),
            Err(ApprovalError::NoShare { .. }) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// Its id.
    pub(super) fn id(&self) -> SplitId {
        self.split.id
    }
}

/// The old split of a refresh, and that everybody who shall bring a share holds one.
pub(super) fn old(vault: &Vault, answers: &Answers) -> Result<Old, ConductError> {
    let bearers = bearers(answers)?;
    let asked = answers.refresh.as_ref().and_then(|refresh| refresh.key);
    let key = asked.or(newest_key(vault)?).ok_or(ApprovalError::OtherVault)?;
    vault.check_opens(key)?;
    let split = effective(vault, key)?;
    for bearer in bearers {
        held(vault, &split, &bearer.name)?;
    }
    let policy = policy_of(&split)?;
    Ok(Old { key, split, policy, brought: Vec::new(), told: Facts::new() })
}

/// Who brings a share of the old split.
pub(super) fn bearers(answers: &Answers) -> Result<&[BearerAnswers], ConductError> {
    let missing = || RoomError::Unanswered { what: "who brings a share".to_owned() };
    Ok(&answers.refresh.as_ref().ok_or_else(missing)?.bearers)
}

impl Work<'_, '_> {
    fn old(&self) -> Result<&Old, ConductError> {
        self.old.as_ref().ok_or(ConductError::Over)
    }

    /// Reads aloud who opens the key now, and who will.
    pub(super) fn show_split(&mut self) -> Result<(), ConductError> {
        let old = self.old()?;
        let names = |policy: &QuorumPolicy| {
            let groups = policy.groups().iter();
            groups.flat_map(|group| group.holders().to_vec()).collect::<Vec<_>>().join(", ")
        };
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let told = vec![
            fact("Key", old.key.to_string()),
            fact("Opened now by", in_words(&old.policy)),
            fact("who are", names(&old.policy)),
            fact("Opened then by", in_words(&self.policy)),
            fact("who will be", names(&self.policy)),
        ];
        self.room.show_facts(&told)?;
        self.tell(told)
    }

    /// Says what the old shares can still do, which is everything.
    pub(super) fn show_exposure(&mut self) -> Result<(), ConductError> {
        let old = self.old()?;
        let (split, quorum) = (old.split.id, in_words(&old.policy));
        let mut sheets = Vec::new();
        for row in self.vault.read().shares(split)? {
            let held = held(&self.vault, &old.split, &row.holder)?;
            let own = copies(&self.vault, &old.split, &held, &row)?;
            let is_on_paper = own.iter().any(|(copy, _)| *copy == ShareCopy::Sheet);
            sheets.extend(is_on_paper.then_some(row.holder));
        }
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let still = format!(
            "shares of split {split} still give the same key: {quorum}. This vault takes them no \
             more; another program would"
        );
        let tokens = "an old envelope in a copy of this vault still opens on its token";
        let mut told = vec![fact("Old shares", still), fact("Old envelopes", tokens.to_owned())];
        if !sheets.is_empty() {
            told.push(fact("Destroy", format!("the old sheets of {}", sheets.join(", "))));
        }
        let helps = "against old shares in wrong hands only a new key helps: mark this one as \
                     compromised, hold a rotation, and seal anew what lies under it";
        told.push(fact("What helps", helps.to_owned()));
        self.room.show_facts(&told)?;
        self.tell(told)
    }

    /// Keeps what was read aloud for the record of the step.
    fn tell(&mut self, told: Facts) -> Result<(), ConductError> {
        self.old.as_mut().ok_or(ConductError::Over)?.told = told;
        Ok(())
    }

    /// What was read aloud in this step.
    pub(super) fn read_aloud(&mut self) -> Facts {
        let of_old = self.old.as_mut().map(|old| &mut old.told);
        let of_replaced = self.replaced.as_mut().map(|replaced| &mut replaced.told);
        of_old.or(of_replaced).map(std::mem::take).unwrap_or_default()
    }

    /// A holder brings a share of the old split, on a token or on its sheet.
    pub(super) fn bring(&mut self, bearer: &str, step: &str) -> Result<Facts, ConductError> {
        let held = held(&self.vault, &self.old()?.split, bearer)?;
        let mut own = held.tokens();
        if bearers(self.answers)?.iter().any(|known| known.name == bearer && known.sheet) {
            own.clear();
        }
        let (copy, words) = if own.is_empty() {
            let what = || RoomError::Unanswered { what: format!("the words of {bearer}") };
            let words = self.room.old_words(bearer)?.ok_or_else(what)?;
            shown(&self.vault, &held, Means::Sheet(&words))?
        } else {
            let (tokens, rng) = self.given.tokens(&mut self.drawer)?;
            let serial = at_hand(tokens, &own, rng)?;
            let asked = (bearer, serial, step);
            shown_with_token((&self.vault, &held), (self.room, (tokens, rng)), asked)?
        };
        let share = OfferedShare::from_record(bearer, held.record, words.expose());
        let old = self.old.as_mut().ok_or(ConductError::Over)?;
        old.brought.push(share);
        Ok(vec![(format!("Brought by {bearer}"), named(&copy))])
    }

    /// Puts the key together of what was brought; the shares are gone afterwards, whatever came of
    /// them.
    pub(super) fn combine(&mut self, now: Timestamp) -> Result<Facts, ConductError> {
        let Known { description, retired } = Known::of(&self.vault, &self.old()?.split)?;
        let old = self.old.as_mut().ok_or(ConductError::Over)?;
        let brought = std::mem::take(&mut old.brought);
        let mut quorum = UntrustedQuorum::new(description, None, None);
        for (split, since) in retired {
            quorum = quorum.with_retired(split, since);
        }
        for share in brought {
            // What is wrong with one share is kept, and told with everything else.
            let _ = quorum.offer(share);
        }
        let findings = self.genesis.reassemble(&self.vault, quorum, now)?;
        let set_aside = |finding: &quorum::Finding| ("Set aside".to_owned(), finding.to_string());
        Ok(findings.iter().map(set_aside).collect())
    }
}
