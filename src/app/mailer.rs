//! The mailer's settings, of what the operator decided.

use crate::config::{Config, MailTransport, SmtpConfig, SmtpSecurity};
use crate::mail::{Credentials, Delivery, Line, Security, Settings, SmtpSettings};

/// What the mailer needs of the configuration.
pub fn settings(config: &Config) -> Settings {
    let mail = &config.mail;
    Settings {
        public_host: config.server.public_url.host().to_owned(),
        from_name: mail.from.name.as_deref().map(Line::of),
        from_address: mail.from.address.clone(),
        delivery: match &mail.transport {
            MailTransport::File { directory } => Delivery::File {
                directory: directory.clone(),
            },
            MailTransport::Smtp(smtp) => Delivery::Smtp(smtp_settings(smtp)),
        },
    }
}

fn smtp_settings(smtp: &SmtpConfig) -> SmtpSettings {
    SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        security: match smtp.security {
            SmtpSecurity::StartTls => Security::StartTls,
            SmtpSecurity::Tls => Security::Tls,
            SmtpSecurity::None => Security::None,
        },
        credentials: smtp.credentials.as_ref().map(|credentials| Credentials {
            username: credentials.username.clone(),
            password: credentials.password.expose().clone(),
        }),
        ca_file: smtp.ca_file.clone(),
        timeout: smtp.timeout,
        pool_size: usize::try_from(smtp.pool).unwrap_or(usize::MAX),
    }
}
