//! The eight digits of a sign-in letter: what they are, and until when they are good. Nothing is stored of a code: it
//! is computed again when the letter is sent again after a failure, and when it comes back.

use std::fmt;
use std::time::Duration;

use crate::domain::clock::Micros;
use crate::domain::id::SignInId;
use crate::domain::keys::{Keys, equal};

const PURPOSE: &str = "sign-in code";

/// So many wrong codes end a sign-in. 10^8 codes make a hit within them one in twenty million.
pub const TRIES: i16 = 5;

/// A code is good for so long after the next hop has accepted its letter: time that the letter spends in our queue is
/// not the reader's fault.
pub const GOOD_FOR: Duration = Duration::from_secs(10 * 60);

/// A sign-in ends so long after it was asked for, whatever became of its letters.
pub const AT_MOST: Duration = Duration::from_secs(30 * 60);

/// A code that was redeemed is taken again for so long, from the same browser: the answer may have been lost on its way.
pub const AGAIN_WITHIN: Duration = Duration::from_secs(2 * 60);

/// A letter can be asked for again after so long.
pub const RESEND_AFTER: Duration = Duration::from_secs(60);

/// A letter can be asked for again so often.
pub const RESENDS: i16 = 5;

/// Eight decimal digits.
#[derive(Clone)]
pub struct Code(String);

/// The text is not eight digits, with or without a space or hyphen after the fourth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code: eight digits, as in the letter")]
pub struct InvalidCode;

impl Code {
    /// The code of a sign-in's letter number `resends` (the first is 0): a keyed MAC of both, so that a code says
    /// nothing about another one, neither of another sign-in nor of an earlier letter of the same.
    pub fn of(keys: &Keys, id: SignInId, resends: i16) -> Self {
        let mac = keys.mac(PURPOSE, &[id.as_bytes(), &resends.to_be_bytes()]);
        // 64 bits reduced to 10^8 values favour the lower ones by one part in 10^11.
        let [a, b, c, d, e, f, g, h, ..] = mac;
        Self(format!(
            "{:08}",
            u64::from_be_bytes([a, b, c, d, e, f, g, h]) % 100_000_000
        ))
    }
    /// Reads what somebody typed or pasted: white space, hyphens (also typographic) and full-width digits are no fault.
    ///
    /// # Errors
    /// Other than eight digits remain.
    pub fn parse(text: &str) -> Result<Self, InvalidCode> {
        if text.len() > 100 {
            return Err(InvalidCode);
        }
        let digits = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2013}'))
            .map(ascii_digit)
            .collect::<Option<String>>()
            .ok_or(InvalidCode)?;
        if digits.len() == 8 {
            Ok(Self(digits))
        } else {
            Err(InvalidCode)
        }
    }
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Whether both are the same, in a time that does not tell where they differ.
    pub fn is(&self, other: &Code) -> bool {
        equal(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

fn ascii_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        // Full-width forms, as Japanese keyboards give.
        '\u{FF10}'..='\u{FF19}' => char::from_digit(u32::from(c) - 0xFF10, 10),
        _ => None,
    }
}

/// Until when a sign-in's newest code is good: `accepted_at` is when the next hop accepted its letter, `None` while it
/// has not.
pub fn good_until(created_at: Micros, accepted_at: Option<Micros>) -> Micros {
    let at_most = created_at.plus(AT_MOST);
    match accepted_at {
        Some(accepted_at) => accepted_at.plus(GOOD_FOR).min(at_most),
        None => at_most,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rng::SeededRng;

    fn minute(n: u64) -> Micros {
        Micros::from_i64(1_795_341_600_000_000).plus(Duration::from_secs(n * 60))
    }

    #[test]
    fn a_code_is_the_same_on_every_try_and_another_for_every_letter_and_request() {
        let (keys, rng) = (Keys::from_root([1; 32]), SeededRng::new(1));
        let (one, two) = (SignInId::new(minute(0), &rng), SignInId::new(minute(0), &rng));
        let code = Code::of(&keys, one, 0);
        assert!(code.is(&Code::of(&keys, one, 0)));
        assert_eq!(code.as_str().len(), 8);
        for other in [
            Code::of(&keys, one, 1),
            Code::of(&keys, two, 0),
            Code::of(&Keys::from_root([2; 32]), one, 0),
        ] {
            assert!(!code.is(&other));
        }
    }

    #[test]
    fn digits_are_spread_evenly() {
        let (keys, rng) = (Keys::from_root([1; 32]), SeededRng::new(2));
        let mut seen = [[0u32; 10]; 8];
        for _ in 0..2_000 {
            let code = Code::of(&keys, SignInId::new(minute(0), &rng), 0);
            for (place, digit) in code.as_str().bytes().enumerate() {
                seen[place][usize::from(digit - b'0')] += 1;
            }
        }
        // 200 of each are expected at each place; 5 standard deviations are 67.
        for (place, counts) in seen.iter().enumerate() {
            assert!(
                counts.iter().all(|n| (130..270).contains(n)),
                "place {place}: {counts:?}"
            );
        }
    }

    #[test]
    fn reads_what_people_paste() {
        for text in [
            "12345678",
            "1234 5678",
            "1234-5678",
            " 1234\u{2011}5678\n",
            "１２３４ ５６７８",
        ] {
            assert_eq!(Code::parse(text).unwrap().as_str(), "12345678", "{text}");
        }
        for text in [
            "",
            "1234567",
            "123456789",
            "1234567a",
            "٠١٢٣٤٥٦٧",
            "12.345.678",
            &" ".repeat(101),
        ] {
            assert!(Code::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ten_minutes_count_from_acceptance_and_thirty_from_asking() {
        assert_eq!(good_until(minute(0), None), minute(30));
        assert_eq!(good_until(minute(0), Some(minute(0))), minute(10));
        assert_eq!(good_until(minute(0), Some(minute(7))), minute(17));
        assert_eq!(good_until(minute(0), Some(minute(25))), minute(30));
    }
}
