//! Words that are spelt out, letter by letter.

use super::folder::RawWord;

/// So many one-letter words in a row are one word spelt out (`N e i l`).
const SPELT_OUT: usize = 4;

/// Puts words that are spelt out together again. Where some gaps are wider than others, the wider ones part words.
pub(super) fn joined_spelling(words: Vec<RawWord>) -> Vec<RawWord> {
    let mut out: Vec<RawWord> = Vec::with_capacity(words.len());
    let mut run: Vec<RawWord> = Vec::new();
    for word in words {
        let single = !word.unspaced
            && word.letters.chars().count() == 1
            && word.letters.chars().all(char::is_alphabetic);
        if !single || word.word.first {
            end_run(&mut run, &mut out);
        }
        if single {
            run.push(word);
        } else {
            out.push(word);
        }
    }
    end_run(&mut run, &mut out);
    out
}

fn end_run(run: &mut Vec<RawWord>, out: &mut Vec<RawWord>) {
    if run.len() < SPELT_OUT {
        out.append(run);
        return;
    }
    let narrow = run.iter().skip(1).map(|word| word.gap).min().unwrap_or(0);
    let mut starts = true;
    for letter in run.drain(..) {
        let wide = letter.gap > narrow;
        match out.last_mut().filter(|_| !starts && !wide) {
            Some(word) => {
                word.letters.push_str(&letter.letters);
                word.word.source.end = letter.word.source.end;
                word.word.dotted = letter.word.dotted;
            }
            None => out.push(letter),
        }
        starts = false;
    }
}
