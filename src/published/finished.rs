//! Finished bytes in the encodings that browsers take, each with its ETag. Which one a request gets is `web`'s to say.

use std::io::Write;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// Bodies shorter than this are not compressed: the gain is less than a packet.
const WORTH_COMPRESSING: usize = 200;

/// Brotli's quality for what is built anew at each change.
const QUICK: i32 = 5;

/// Brotli's best quality.
const SMALLEST: i32 = 11;

/// A page's bytes as they go out, and what they were built of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The page's version in the snapshot; 0 where there is no page.
    pub version: i64,
    /// The counter of site settings in the snapshot.
    pub sites_epoch: i64,
    identity: Body,
    gzip: Option<Body>,
    brotli: Option<Body>,
}

/// Bytes in one encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The bytes; clones share them.
    pub bytes: Bytes,
    /// Their strong ETag with its quotes. Each encoding has one of its own (RFC 9110 8.8.3), and the same bytes have the
    /// same after a restart and on another node.
    pub etag: String,
}

/// How bytes are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As they are.
    Identity,
    /// gzip (RFC 1952).
    Gzip,
    /// Brotli (RFC 7932).
    Brotli,
}

impl Encoding {
    /// The value of `Content-Encoding`; none for bytes as they are.
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Encoding::Identity => None,
            Encoding::Gzip => Some("gzip"),
            Encoding::Brotli => Some("br"),
        }
    }
}

impl Finished {
    /// Compresses `bytes` in every encoding that makes them smaller. Takes some milliseconds: for a thread that may
    /// block.
    pub fn new(version: i64, sites_epoch: i64, bytes: Vec<u8>) -> Self {
        Self::compressed(version, sites_epoch, bytes, QUICK)
    }

    /// Compresses bytes that never change as small as they get: ten times as long (100 ms for 43 kB) for a sixth, which
    /// is well spent on a file that every reader loads.
    pub fn for_good(bytes: &[u8]) -> Self {
        Self::compressed(0, 0, bytes.to_vec(), SMALLEST)
    }

    fn compressed(version: i64, sites_epoch: i64, bytes: Vec<u8>, quality: i32) -> Self {
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        let digest = BASE64_URL_SAFE_NO_PAD.encode(digest.first_chunk::<16>().unwrap_or(&[0; 16]));
        let worth = bytes.len() >= WORTH_COMPRESSING;
        let smaller = |encoded: Option<Vec<u8>>, suffix: &str| {
            let smaller = encoded.filter(|encoded| encoded.len() < bytes.len())?;
            Some(Body {
                bytes: Bytes::from(smaller),
                etag: format!("\"{digest}{suffix}\""),
            })
        };
        let gzip = worth.then(|| smaller(gzip(&bytes), "-gzip")).flatten();
        let brotli = worth.then(|| smaller(brotli(&bytes, quality), "-br")).flatten();
        Self {
            version,
            sites_epoch,
            gzip,
            brotli,
            identity: Body {
                etag: format!("\"{digest}\""),
                bytes: Bytes::from(bytes),
            },
        }
    }

    /// What names these bytes in an address: letters, digits, `-` and `_`, the same for the same bytes.
    pub fn digest(&self) -> &str {
        self.identity.etag.trim_matches('"')
    }

    /// The smallest of the encodings that the reader takes. Every reader takes the bytes as they are.
    pub fn smallest(&self, takes_gzip: bool, takes_brotli: bool) -> (Encoding, &Body) {
        let gzip = self
            .gzip
            .as_ref()
            .filter(|_| takes_gzip)
            .map(|body| (Encoding::Gzip, body));
        let brotli = self
            .brotli
            .as_ref()
            .filter(|_| takes_brotli)
            .map(|body| (Encoding::Brotli, body));
        [gzip, brotli]
            .into_iter()
            .flatten()
            .min_by_key(|(_, body)| body.bytes.len())
            .unwrap_or((Encoding::Identity, &self.identity))
    }

    /// Whether one of the quoted ETags, with or without `W/`, is that of these bytes in any encoding. For
    /// `If-None-Match`, which compares weakly (RFC 9110 13.1.2).
    pub fn has_etag(&self, etag: &str) -> bool {
        let etag = etag.strip_prefix("W/").unwrap_or(etag);
        [Some(&self.identity), self.gzip.as_ref(), self.brotli.as_ref()]
            .into_iter()
            .flatten()
            .any(|body| body.etag == etag)
    }

    /// Bytes in all encodings together.
    pub(super) fn len(&self) -> usize {
        [Some(&self.identity), self.gzip.as_ref(), self.brotli.as_ref()]
            .into_iter()
            .flatten()
            .map(|body| body.bytes.len() + body.etag.len())
            .sum()
    }
}

/// Level 6: 9 is slower by half and gains next to nothing on comments.
fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn brotli(bytes: &[u8], quality: i32) -> Option<Vec<u8>> {
    let mut encoded = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality,
        size_hint: bytes.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*bytes, &mut encoded, &params).ok()?;
    Some(encoded)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn page() -> Vec<u8> {
        (0..400)
            .flat_map(|n| format!("<p>Comment {n} about the ward party.</p>").into_bytes())
            .collect()
    }

    #[test]
    fn every_encoding_is_the_same_page() {
        let finished = Finished::new(3, 1, page());
        let (encoding, identity) = finished.smallest(false, false);
        assert_eq!((encoding, encoding.as_str()), (Encoding::Identity, None));
        assert_eq!(identity.bytes, page());

        let (encoding, body) = finished.smallest(true, false);
        assert_eq!(encoding.as_str(), Some("gzip"));
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&*body.bytes)
            .read_to_end(&mut back)
            .unwrap();
        assert_eq!(back, page());

        let (encoding, body) = finished.smallest(false, true);
        assert_eq!(encoding.as_str(), Some("br"));
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &*body.bytes, &mut back).unwrap();
        assert_eq!(back, page());

        let (_, best) = finished.smallest(true, true);
        assert!(best.bytes.len() * 5 < page().len(), "{}", best.bytes.len());
    }

    #[test]
    fn etags_are_strong_differ_by_encoding_and_follow_the_bytes() {
        let finished = Finished::new(3, 1, page());
        let etag = |gzip, brotli| finished.smallest(gzip, brotli).1.etag.clone();
        let all = [etag(false, false), etag(true, false), etag(false, true)];
        assert!(
            all.iter()
                .all(|etag| etag.starts_with('"') && etag.ends_with('"'))
        );
        assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
        for etag in &all {
            assert!(finished.has_etag(etag) && finished.has_etag(&format!("W/{etag}")));
        }
        let same = Finished::new(4, 2, page());
        assert!(same.has_etag(&all[0]), "the same bytes are the same answer");
        let mut other = page();
        other.push(b' ');
        let other = Finished::new(4, 2, other);
        assert!(all.iter().all(|etag| !other.has_etag(etag)));
        assert!(!finished.has_etag("*") && !finished.has_etag(""));
    }

    #[test]
    fn what_would_not_shrink_is_left_alone() {
        let short = Finished::new(1, 1, b"{\"page\":null}".to_vec());
        assert_eq!(short.smallest(true, true).0, Encoding::Identity);
        let mut noise = vec![0; 4_096];
        getrandom::fill(&mut noise).unwrap();
        let noise = Finished::new(1, 1, noise);
        assert_eq!(noise.smallest(true, true).0, Encoding::Identity);
    }
}
