//! Foreign software combines our shares, and we combine theirs.

use std::env;
use std::io::Write;
use std::process::{Command, Stdio};

use keys::{MasterKey, Seed};
use quorum::slip39;
use quorum::{
    GroupPolicy, OfferedShare, QuorumPolicy, ShareWords, SplitFacts, UntrustedQuorum, combine,
    split,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use secret::{SecretBytes, SecretText};
use serde_json::{Value, json};
use slip39_core::{GroupSpec, combine_mnemonics, generate_mnemonics};
use strongroom_tests::{peers_python, repository, skip};
use terms::{SplitId, Timestamp};

/// A random two-level policy: the group threshold, and a threshold and a count per group.
struct Policy {
    needed: u8,
    groups: Vec<(u8, u8)>,
}

impl Policy {
    fn draw(rng: &mut ChaCha20Rng) -> Self {
        let mut below = |n: u8| u8::try_from(rng.next_u32() % u32::from(n)).unwrap();
        let groups: Vec<_> = (0..1 + below(4))
            .map(|_| match 1 + below(6) {
                1 => (1, 1),
                count => (2 + below(count - 1), count),
            })
            .collect();
        let needed = 1 + below(u8::try_from(groups.len()).unwrap());
        Self { needed, groups }
    }

    /// A random quorum of `shares`: exactly as many as the thresholds say.
    fn choose<'a, T>(&self, shares: &'a [Vec<T>], rng: &mut ChaCha20Rng) -> Vec<&'a T> {
        let groups = shuffled(shares.iter().zip(&self.groups).collect(), rng);
        let chosen = groups.into_iter().take(usize::from(self.needed));
        chosen
            .flat_map(|(members, (threshold, _))| {
                let members = shuffled(members.iter().collect(), rng);
                members.into_iter().take(usize::from(*threshold)).collect::<Vec<_>>()
            })
            .collect()
    }
}

#[test]
fn the_reference_implementation_combines_our_shares_and_we_combine_its() {
    let name = "the_reference_implementation_combines_our_shares_and_we_combine_its";
    let Some(python) = peers_python() else {
        let is_required = env::var_os("STRONGROOM_PEERS").is_some_and(|is| is == "required");
        assert!(!is_required, "the peers' Python is not installed; run cargo xtask setup");
        return skip(name, "the peers' Python is not installed");
    };
    let mut rng = ChaCha20Rng::from_seed([21; 32]);
    let rounds: Vec<_> = (0..20).map(|_| (Policy::draw(&mut rng), secret(&mut rng))).collect();
    let mut requests = Vec::new();
    for (policy, secret) in &rounds {
        let ours = our_split(policy, secret, &mut rng);
        let texts: Vec<_> = policy.choose(&ours, &mut rng).iter().map(|s| text(s)).collect();
        requests.push(json!({ "combine": texts }));
        let hex = hex::encode(secret.expose());
        requests.push(json!({ "split": hex, "needed": policy.needed, "groups": policy.groups }));
    }
    let answers = ask(&python, &requests);
    assert_eq!(answers.len(), 2 * rounds.len());
    for ((policy, secret), answers) in rounds.iter().zip(answers.chunks(2)) {
        assert_eq!(answers[0], hex::encode(secret.expose()), "{:?}", policy.groups);
        let theirs: Vec<Vec<String>> = serde_json::from_value(answers[1].clone()).unwrap();
        assert_eq!(our_combine(&policy.choose(&theirs, &mut rng)), *secret, "{:?}", policy.groups);
    }
}

#[test]
fn an_independent_crate_combines_our_shares_and_we_combine_its() {
    let mut rng = ChaCha20Rng::from_seed([22; 32]);
    for _ in 0..8 {
        let (policy, secret) = (Policy::draw(&mut rng), secret(&mut rng));
        let ours = our_split(&policy, &secret, &mut rng);
        let texts: Vec<_> = policy.choose(&ours, &mut rng).iter().map(|s| text(s)).collect();
        assert_eq!(combine_mnemonics(&texts, b"").unwrap().as_slice(), secret.expose());
        let groups: Vec<_> = policy.groups.iter().map(|(k, n)| GroupSpec::new(*k, *n)).collect();
        let theirs =
            generate_mnemonics(policy.needed, &groups, secret.expose(), b"", true, 0).unwrap();
        assert_eq!(our_combine(&policy.choose(&theirs, &mut rng)), secret);
    }
}

#[test]
fn foreign_software_gets_the_seed_whose_recipient_matches_even_with_either_officer() {
    let mut rng = ChaCha20Rng::from_seed([23; 32]);
    let seed = Seed::generate(&mut rng);
    let fingerprint = MasterKey::derive(&seed).recipient().fingerprint();
    let custodians = GroupPolicy::new("custodians", 2, &["Ada", "Ben", "Cleo"]).unwrap();
    let officers = GroupPolicy::new("officers", 1, &["Dora", "Emil"]).unwrap();
    let policy = QuorumPolicy::new(2, vec![custodians, officers]).unwrap();
    let facts = SplitFacts {
        vault: None,
        key: "drill/1".parse().unwrap(),
        recipient_fingerprint: fingerprint,
        split: SplitId::from_bytes([7; 16]),
        created: Timestamp::from_unix(0),
    };
    let made = split(&seed, &policy, &facts, &mut rng).unwrap();
    for officer in [3, 4] {
        let texts: Vec<_> = [0, 2, officer].map(|at: usize| text(&made.shares[at].words)).into();
        let foreign = combine_mnemonics(&texts, b"").unwrap();
        let foreign = SecretBytes::from_slice(&foreign);
        let foreign = secret::Secret::from_slice(foreign.expose()).unwrap();
        let recipient = MasterKey::derive(&Seed::from_secret(foreign)).recipient().fingerprint();
        assert_eq!(recipient, fingerprint);
    }
}

fn our_split(policy: &Policy, secret: &SecretBytes, rng: &mut ChaCha20Rng) -> Vec<Vec<ShareWords>> {
    let empty = SecretText::from_exposed("");
    slip39::split(secret, policy.needed, &policy.groups, &empty, rng).unwrap()
}

/// Combines words the way a person on the worst day does: nothing but words is known.
fn our_combine(words: &[&String]) -> SecretBytes {
    let mut quorum = UntrustedQuorum::new(None, None, None);
    for (at, words) in words.iter().enumerate() {
        quorum.offer(OfferedShare::from_words(&format!("share {at}"), words)).unwrap();
    }
    let combined = quorum.validate().and_then(combine).unwrap();
    assert!(combined.findings.is_empty());
    SecretBytes::from_slice(combined.seed.expose())
}

fn ask(python: &std::path::Path, requests: &[Value]) -> Vec<Value> {
    let mut peer = Command::new(python)
        .arg(repository().join("tests/peers/slip39.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = requests.iter().map(|request| format!("{request}\n")).collect();
    peer.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = peer.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(share: &ShareWords) -> String {
    share.to_text().expose().to_owned()
}

fn secret(rng: &mut ChaCha20Rng) -> SecretBytes {
    SecretBytes::from_fill(32, |bytes| rng.fill_bytes(bytes))
}

fn shuffled<T>(mut items: Vec<T>, rng: &mut ChaCha20Rng) -> Vec<T> {
    for at in (1..items.len()).rev() {
        let other = usize::try_from(rng.next_u64() % (at as u64 + 1)).unwrap();
        items.swap(at, other);
    }
    items
}
