//! What somebody copied from a page instead of what a provider gave them. Only the recognising; what is done about it is
//! said where settings are read.

/// Words that pages put in a secret's place, in lower case and without what stands between their letters.
const WORDS: [&str; 18] = [
    "changeme",
    "changethis",
    "replaceme",
    "secret",
    "mysecret",
    "supersecret",
    "password",
    "example",
    "sample",
    "placeholder",
    "todo",
    "tbd",
    "none",
    "null",
    "clientid",
    "clientsecret",
    "idfromtheprovider",
    "secretfromtheprovider",
];

/// Whether the value is none that a provider gives: a sample's word, `your-...`, something in angle brackets or braces, or one
/// character over and over.
pub(super) fn is_sample(value: &str) -> bool {
    let letters: String = value
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let bracketed = value.starts_with(['<', '{', '[', '$']) && value.ends_with(['>', '}', ']']);
    let mut characters = value.chars();
    let first = characters.next();
    let one_over_and_over = value.len() > 1 && characters.all(|c| Some(c) == first);
    letters.is_empty()
        || bracketed
        || one_over_and_over
        || WORDS.contains(&letters.as_str())
        || (letters.starts_with("your") && letters.chars().all(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples() {
        for sample in [
            "changeme",
            "CHANGE_ME",
            "change-me",
            "...",
            "xxxxxxxx",
            "***",
            "<client secret>",
            "${GOOGLE_SECRET}",
            "{{ secret }}",
            "your-client-secret",
            "YOUR_CLIENT_ID",
            "client-secret",
            "todo",
        ] {
            assert!(is_sample(sample), "{sample}");
        }
    }

    #[test]
    fn what_providers_give() {
        for given in [
            "GOCSPX-4f9aQ2",
            "0",
            "112233445566",
            "1234567890-abc.apps.googleusercontent.com",
            "Iv1.8a61f9b3a7aba766",
            "org.example.comments",
            "yourward7",
            "9a2f0c",
        ] {
            assert!(!is_sample(given), "{given}");
        }
    }
}
