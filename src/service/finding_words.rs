//! What a finding says, in the words of a language. Not its title at the desk, which is the desk's own.

use crate::domain::finding::Tier;
use crate::domain::says::Says;
use crate::messages::Texts;

/// The sentence of a finding for moderators.
pub fn sentence(texts: &Texts, says: &Says) -> String {
    let count = i64::from;
    match says {
        Says::Written(sentence) => sentence.clone(),
        Says::NamesPerson { name, tier, sure } => {
            let how = match tier {
                // A surname alone is sure on the pages of whoever bears it.
                Tier::Surname if *sure => "surname_here",
                tier => tier.as_str(),
            };
            let places = [("name", name.into()), ("how", how.into())];
            if *sure {
                texts.say_with("finding-names-person", &places)
            } else {
                texts.say_with("finding-may-name-person", &places)
            }
        }
        Says::NameOnRegister => texts.say("finding-name-on-register"),
        Says::NameTaken => texts.say("finding-name-taken"),
        Says::NoContact => texts.say("finding-no-contact"),
        Says::FirstComment => texts.say("finding-first-comment"),
        Says::AlwaysHeld => texts.say("finding-always-held"),
        Says::TooManyLinks { links, allowed } => texts.say_with(
            "finding-too-many-links",
            &[
                ("links", count(*links).into()),
                ("allowed", count(*allowed).into()),
            ],
        ),
        Says::OddSourceLink => texts.say("finding-odd-source-link"),
        Says::ListedWord { word } => texts.say_text("finding-listed-word", "word", word),
        Says::Repeat {
            times,
            by_same,
            hidden,
        } => texts.say_with(
            "finding-repeat",
            &[
                ("times", count(*times).into()),
                ("same", count(*by_same).into()),
                ("hidden", count(*hidden).into()),
            ],
        ),
        Says::CannotScreen { mostly: true } => texts.say("finding-cannot-screen"),
        Says::CannotScreen { mostly: false } => texts.say("finding-cannot-screen-part"),
        Says::ScreenFailed { screen, why } => texts.say_with(
            "finding-screen-failed",
            &[("screen", screen.as_ref().into()), ("why", why.as_ref().into())],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages;

    #[test]
    fn sentences_fit_their_counts() {
        let english = |says: &Says| sentence(messages::texts("en"), says);
        for (times, by_same, hidden, said) in [
            (1, 0, 0, "This text was posted once before, by another member."),
            (
                2,
                1,
                1,
                "This text was posted twice before, 1 of them by the same member. 1 of them is not public.",
            ),
            (
                5,
                2,
                3,
                "This text was posted 5 times before, 2 of them by the same member. 3 of them are not public.",
            ),
        ] {
            assert_eq!(
                english(&Says::Repeat {
                    times,
                    by_same,
                    hidden
                }),
                said
            );
        }
        let names = |tier, sure| {
            english(&Says::NamesPerson {
                name: String::from("Nil Walton"),
                tier,
                sure,
            })
        };
        assert_eq!(
            names(Tier::Full, true),
            "Names Nil Walton, who is on the register, by their name."
        );
        assert_eq!(
            names(Tier::Surname, true),
            "Names Nil Walton, who is on the register, by their surname, on a page about them."
        );
        assert_eq!(
            names(Tier::Surname, false),
            "May name Nil Walton, who is on the register, by their surname alone."
        );
        assert_eq!(
            english(&Says::ScreenFailed {
                screen: "people".into(),
                why: "stopped".into()
            }),
            "Could not be screened for this: people (it stopped unexpectedly)."
        );
    }

    #[test]
    fn every_way_of_naming_has_words() {
        for (tier, sure) in [
            (Tier::Full, true),
            (Tier::Nickname, true),
            (Tier::Initial, true),
            (Tier::Title, true),
            (Tier::FuzzyFull, true),
            (Tier::Surname, true),
            (Tier::Surname, false),
            (Tier::FuzzySurname, false),
            (Tier::Weak, false),
        ] {
            let says = Says::NamesPerson {
                name: String::from("N"),
                tier,
                sure,
            };
            let said = sentence(messages::texts("en"), &says);
            assert_eq!(
                said.contains("by a word that may be"),
                tier == Tier::Weak,
                "{said}"
            );
            assert!(!said.contains('{'), "{said}");
        }
    }
}
