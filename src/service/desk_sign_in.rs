//! Asking for the code that opens the desk, for addresses with a role. Bringing it back is `redeem`'s.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::domain::site::Site;
use crate::domain::text::EmailAddress;
use crate::service::sign_in::{CodeRequest, Held, request_code};
use crate::service::{Client, Result, ServiceError};
use crate::signin::address;
use crate::storage::stores::accounts::EMAIL;

/// Asks for a code from one of the desk's own pages, which keep what is given for when the code is brought back. The
/// letter is of a site that the address has a role on; every address is told the same, and one without a role learns
/// only from its own letter's code that there is no desk for it.
///
/// # Errors
/// `email_invalid`; `site_not_found` where there is no site at all; limits per client address and per email address.
pub fn request(app: &App, client: &Client, email: &str, lang: &str) -> Result<Held> {
    let address =
        EmailAddress::parse(email).map_err(|_invalid| ServiceError::invalid("/email", "email_invalid"))?;
    let site = site_for(app, &address)?;
    let mut secret = [0; 32];
    app.rng.fill(&mut secret);
    let verifier = URL_SAFE_NO_PAD.encode(secret);
    let asked = CodeRequest {
        email: email.to_owned(),
        name: None,
        lang: Some(lang.to_owned()),
        challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())),
    };
    let own = app.config.server.public_url.clone();
    let id = request_code(app, &site, own, client, &asked)?;
    Ok(Held {
        request_id: id.to_string(),
        verifier,
    })
}

/// The site that the address has a role on, else the first.
fn site_for(app: &App, email: &EmailAddress) -> Result<Site> {
    let hash = address::email_hash(&app.keys, email);
    app.db.read(|tx| {
        let roles = match tx.identity(EMAIL, &hash)? {
            Some(identity) => tx.roles(identity.account_id)?,
            None => Vec::new(),
        };
        let of_role = roles.iter().find_map(|(site, _role)| *site);
        let site = match of_role {
            Some(id) => tx.site(id)?,
            None => tx.sites()?.into_iter().next(),
        };
        site.ok_or(ServiceError::not_found("site_not_found"))
    })
}
