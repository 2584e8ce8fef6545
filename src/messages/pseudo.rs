//! The pseudo-locale that is written from right to left: English, its words turned round. What stays as it was on a page
//! in this language did not come out of the Fluent files.

use std::borrow::Cow;

/// ICU's tag for it.
pub(super) const TAG: &str = "ar-XB";

const RIGHT_TO_LEFT_OVERRIDE: char = '\u{202e}';
const POP_DIRECTION: char = '\u{202c}';

/// Puts every word between direction marks, so that it is shown from right to left and keeps its letters.
pub(super) fn bidi(text: &str) -> Cow<'_, str> {
    let mut turned = String::with_capacity(text.len() * 2);
    let mut in_word = false;
    for c in text.chars() {
        if c.is_alphabetic() != in_word {
            in_word = !in_word;
            turned.push(if in_word {
                RIGHT_TO_LEFT_OVERRIDE
            } else {
                POP_DIRECTION
            });
        }
        turned.push(c);
    }
    if in_word {
        turned.push(POP_DIRECTION);
    }
    Cow::Owned(turned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_turned_and_the_rest_is_left() {
        assert_eq!(bidi("ab, 3 c"), "\u{202e}ab\u{202c}, 3 \u{202e}c\u{202c}");
        assert_eq!(bidi(""), "");
    }
}
