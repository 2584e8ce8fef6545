//! Microsoft (learn.microsoft.com, "OpenID Connect on the Microsoft identity platform"), for accounts of work and school and
//! personal ones.

use std::sync::Arc;

use super::openid::{Claims, Names, OpenId, Pkce, Proven, usual_scopes};
use super::plain::Believed;
use crate::config::Client;
use crate::domain::clock::Clock;
use crate::signin::oidc::{Issuer, IssuerName};

const HOST: &str = "https://login.microsoftonline.com";
/// How documents for several tenants name the issuer: each token's is its own tenant's.
const OF_EACH: &str = "https://login.microsoftonline.com/{tenantid}/v2.0";
/// The tenant of personal accounts.
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const OF_PERSONAL: [&str; 1] =
    ["https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"];

/// The provider. People are known by tenant and `oid`, which is the same for every app. Addresses are never believed: a
/// tenant's administrator writes into them what they like.
pub(super) fn way(client: &Client, tenant: &str, clock: Arc<dyn Clock>) -> OpenId {
    let name = match tenant {
        "common" | "organizations" => IssuerName::PerTenant(OF_EACH),
        "consumers" => IssuerName::OneOf(&OF_PERSONAL),
        _ => IssuerName::Address,
    };
    let tenant = tenant.to_owned();
    OpenId {
        client: client.clone(),
        clock,
        issuer: Issuer::new(format!("{HOST}/{tenant}/v2.0"), name),
        names: Names::By(Box::new(move |issuer| is_of(&tenant, issuer))),
        scopes: usual_scopes(),
        pkce: Pkce::Always,
        basic: false,
        extra: Vec::new(),
        reading: Claims {
            subject: "/oid",
            asks_userinfo: false,
            names: &["/name"],
            handle: "/preferred_username",
            proven: Proven::Believed(Believed::Never),
        },
    }
}

/// Whether an issuer is a tenant that the settings' `tenant` lets in. That a token's is its own tenant's is looked at with the
/// token.
fn is_of(tenant: &str, issuer: &str) -> bool {
    let within = issuer.strip_prefix(HOST).and_then(|rest| rest.strip_prefix('/'));
    let Some(id) = within.and_then(|rest| rest.strip_suffix("/v2.0")) else {
        return false;
    };
    let is_id = id.len() == 36 && id.parse::<uuid::Uuid>().is_ok();
    is_id
        && match tenant {
            "common" => true,
            "organizations" => id != PERSONAL,
            "consumers" => id == PERSONAL,
            one => id == one,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUB: &str = "7f5a1f0e-1111-4222-8333-444455556666";

    #[test]
    fn tenants_that_are_let_in() {
        for (tenant, id, is) in [
            ("common", CLUB, true),
            ("common", PERSONAL, true),
            ("organizations", CLUB, true),
            ("organizations", PERSONAL, false),
            ("consumers", CLUB, false),
            ("consumers", PERSONAL, true),
            (CLUB, CLUB, true),
            (CLUB, PERSONAL, false),
            ("common", "common", false),
            ("common", "{tenantid}", false),
            ("common", "../evil", false),
        ] {
            assert_eq!(is_of(tenant, &format!("{HOST}/{id}/v2.0")), is, "{tenant} {id}");
        }
        assert!(!is_of("common", &format!("https://evil.example/{CLUB}/v2.0")));
        assert!(!is_of("common", CLUB));
    }
}
