//! Programs by other authors read the same token: Yubico's, and OpenSC's.

use std::fs;
use std::process::Command;

use strongroom_tests::{repository, skip};
use token::Start;

use crate::fixture::{enrol, factory};
use crate::inside::inside;

/// A program, its arguments, and what its answer must hold.
type Question = (&'static str, &'static [&'static str], &'static [&'static str]);

const READER: &str = "Yubico YubiKey CCID 0 00 00";
const MODULE: &str = "/usr/lib/x86_64-linux-gnu/libykcs11.so";

const QUESTIONS: &[Question] = &[
    ("opensc-tool", &["--list-readers"], &["Yes", READER]),
    ("opensc-tool", &["--reader", "0", "--name"], &["Personal Identity Verification Card"]),
    ("opensc-tool", &["--reader", "0", "--atr"], &["59:75:62:69:4b:65:79"]),
    ("ykman", &["--reader", READER, "info"], &["4200000001", "5.7.4", "PIV"]),
    ("ykman", &["--reader", READER, "piv", "info"], &["5.7.4", "PIN tries remaining: 3/3"]),
    ("yubico-piv-tool", &["--reader", READER, "-a", "version"], &["5.7.4"]),
    (
        "yubico-piv-tool",
        &["--reader", READER, "-a", "status"],
        // It prints the number as one with a sign.
        &["Serial Number:\t-94967295", "PIN tries left:\t3"],
    ),
    ("pkcs11-tool", &["--module", MODULE, "--list-slots"], &["YubiKey PIV #4200000001"]),
    (
        "pkcs11-tool",
        &["--module", MODULE, "--slot-index", "0", "--list-objects", "--type", "pubkey"],
        &["for Digital Signature", "for Key Management"],
    ),
];

#[test]
fn foreign_programs_read_from_an_enrolled_token_what_it_is() {
    inside("oracles::foreign_programs_read_from_an_enrolled_token_what_it_is", |service| {
        let (card, mut token) = factory(1);
        let _plug = service.insert(0, &card);
        enrol(&mut token, Start::Fresh).unwrap();
        let (mut record, mut wrong) = (String::new(), Vec::new());
        for (program, arguments, wanted) in QUESTIONS {
            let output = Command::new(program).args(*arguments).output();
            let Ok(output) = output else {
                skip("foreign programs for tokens", &format!("{program} is not installed"));
                continue;
            };
            let out = String::from_utf8_lossy(&output.stdout).into_owned();
            let err = String::from_utf8_lossy(&output.stderr);
            let missing = wanted.iter().filter(|wanted| !out.contains(**wanted));
            wrong.extend(missing.map(|wanted| format!("{program}: no {wanted} in {out} {err}")));
            record.push_str(&format!("$ {program} {}\n{}\n", arguments.join(" "), out.trim_end()));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        if std::env::var_os("STRONGROOM_WRITE_RECORDS").is_some() {
            let folder = repository().join("docs/foreign-tools");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("enrolled-token.txt"), record).unwrap();
        }
    });
}
