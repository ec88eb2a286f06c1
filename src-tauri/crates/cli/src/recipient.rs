//! The recipient's file: what whoever seals is given, and what it says about itself.
//!
//! It is a recipients file of age: lines that begin with `#` are comments there, so `age -R` takes
//! it too. Here the comments tell environment, key and fingerprint, which a machine without a vault
//! would otherwise not know.

use std::fmt;

use keys::{KeysError, Recipient};
use terms::{Environment, KeyName};

use crate::exit::Exit;
use crate::failure::Failure;

/// A recipient and what its file says about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RecipientFile {
    /// The recipient.
    pub(crate) recipient: Recipient,
    /// The environment, where the file states it.
    pub(crate) environment: Option<Environment>,
    /// The key's name, where the file states it.
    pub(crate) key: Option<KeyName>,
}

impl RecipientFile {
    /// Reads a file, or the text of a recipient alone.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut recipients = lines.clone().filter(|line| !line.starts_with('#'));
        let line = recipients.next().unwrap_or_default();
        if recipients.next().is_some() {
            return Err(refused("the file has several recipients; an archive is sealed to one"));
        }
        let parsed: Result<Recipient, KeysError> = line.parse();
        let recipient = parsed.map_err(|error| Failure::from_problem(Exit::Usage, &error))?;
        let stated = |label: &str| {
            let found = lines.clone().filter_map(comment).find(|(found, _)| *found == label);
            found.map(|(_, value)| value.trim().to_owned())
        };
        let environment = parsed_as(stated("environment"), "environment")?;
        let key: Option<KeyName> = parsed_as(stated("key"), "key")?;
        let words = stated("fingerprint");
        if words.is_some_and(|words| words != recipient.fingerprint().to_words()) {
            return Err(refused("the fingerprint that the file states is not its recipient's"));
        }
        let file = Self { recipient, environment, key };
        agree(file.environment, file.key.map(|key| key.environment))?;
        Ok(file)
    }
}

impl fmt::Display for RecipientFile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(environment) = self.environment {
            writeln!(out, "# environment: {environment}")?;
        }
        if let Some(key) = self.key {
            writeln!(out, "# key: {key}")?;
        }
        writeln!(out, "# fingerprint: {}", self.recipient.fingerprint().to_words())?;
        write!(out, "{}", self.recipient)
    }
}

/// The environment that two sources state, which must be one and the same.
pub(crate) fn agree(
    one: Option<Environment>,
    other: Option<Environment>,
) -> Result<Option<Environment>, Failure> {
    match one.zip(other) {
        Some((one, other)) if one != other => {
            let problem = format!("one says that the recipient is of {one}, another of {other}");
            let remedy = "Compare --environment, the recipient's file and the vault, and correct \
                          what is wrong before anything is sealed.";
            Err(Failure::new(Exit::Refused, "SR-CLI-OTHER-ENVIRONMENT", problem, remedy))
        }
        _ => Ok(one.or(other)),
    }
}

/// Label and value of a line such as `# key: drill/1`.
fn comment(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix('#')?.trim().split_once(':')
}

fn parsed_as<T: std::str::FromStr>(
    value: Option<String>,
    what: &str,
) -> Result<Option<T>, Failure> {
    let bad =
        |value: String| refused(&format!("the file states the {what} {value}, which is none"));
    value.map(|value| value.parse().map_err(|_| bad(value))).transpose()
}

fn refused(problem: &str) -> Failure {
    let remedy = "Write the file again: strongroom key recipient > FILE.";
    Failure::new(Exit::Usage, "SR-CLI-RECIPIENT-FILE", problem, remedy)
}

#[cfg(test)]
mod tests {
    use keys::{MasterKey, Seed};
    use secret::Secret;

    use super::*;

    fn recipient(byte: u8) -> Recipient {
        let seed = Secret::<32>::from_fill(|seed| seed.fill(byte));
        MasterKey::derive(&Seed::from_secret(seed)).recipient().clone()
    }

    fn file() -> RecipientFile {
        let key = "drill/1".parse().unwrap();
        let environment = Some(Environment::Drill);
        RecipientFile { recipient: recipient(1), environment, key: Some(key) }
    }

    #[test]
    fn a_file_says_again_what_was_written() {
        assert_eq!(RecipientFile::parse(&file().to_string()).ok(), Some(file()));
        let bare = RecipientFile::parse(&file().recipient.to_string()).ok().unwrap();
        assert_eq!((bare.environment, bare.key), (None, None));
    }

    #[test]
    fn a_file_that_contradicts_itself_is_refused() {
        let text = file().to_string();
        let other = recipient(2).to_string();
        for wrong in [
            text.replace("environment: drill", "environment: production"),
            text.replace("environment: drill", "environment: moon"),
            text.replace("key: drill/1", "key: drill"),
            text.replace(&file().recipient.to_string(), &other),
            format!("{text}\n{other}\n"),
            String::new(),
        ] {
            assert!(RecipientFile::parse(&wrong).is_err(), "{wrong}");
        }
    }
}
