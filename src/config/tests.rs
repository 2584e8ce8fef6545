//! Tests of the configuration as a whole.

use super::*;

mod providers;

const EXAMPLE: &str = include_str!("../../config/example.toml");

fn variables(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn from_toml(text: &str) -> Result<Config, ConfigErrors> {
    Config::from_sources(Some(text), Vec::new())
}

fn errors(file: &str, list: &[(&str, &str)]) -> Vec<ConfigError> {
    match Config::from_sources(Some(file), variables(list)) {
        Ok(config) => panic!("accepted: {config:?}"),
        Err(ConfigErrors(errors)) => errors,
    }
}

fn keys(errors: &[ConfigError]) -> Vec<&str> {
    errors.iter().map(|error| error.key.as_str()).collect()
}

/// The settings that example.toml shows: key and value as TOML writes it. A section that is not there unless somebody wants it
/// has its head commented out too.
fn shown() -> Vec<(String, String)> {
    let mut section = String::new();
    let mut shown = Vec::new();
    for line in EXAMPLE.lines() {
        let head = line
            .strip_prefix('#')
            .filter(|head| head.starts_with('['))
            .unwrap_or(line);
        if let Some(name) = head.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.to_owned();
        } else if let Some((key, value)) = line.strip_prefix('#').and_then(|rest| rest.split_once(" = "))
            && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        {
            shown.push((format!("{section}.{key}"), value.to_owned()));
        }
    }
    shown
}

#[test]
fn the_example_loads_and_is_all_defaults() {
    let mut example = from_toml(EXAMPLE).unwrap();
    assert!(!example.demo, "a file means no demo");
    example.demo = true;
    assert_eq!(example, Config::from_sources(None, Vec::new()).unwrap());
}

#[test]
fn the_example_shows_every_key_with_its_real_default() {
    let mut reader = Reader::new(None, Vec::new());
    let _ = Config::read(&mut reader);
    let mut known: Vec<_> = reader.known().to_vec();
    let mut shown = shown();
    // `providers::tests` holds these to what is read.
    shown.retain(|(key, _)| !key.starts_with("providers."));
    known.sort_by(|a, b| a.key.cmp(&b.key));
    shown.sort();
    assert_eq!(
        shown.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(),
        known.iter().map(|known| known.key.as_str()).collect::<Vec<_>>(),
    );
    for (known, (key, value)) in known.iter().zip(&shown) {
        if let Some(default) = &known.default {
            let plain = value.trim_matches(['"', '[', ']']);
            assert_eq!(plain, default, "{key}");
        }
    }
}

#[test]
fn every_value_of_the_example_is_accepted() {
    let config = from_toml(&providers::filled_in(&uncommented())).unwrap();
    assert_eq!(config.server.workers, Some(2));
    assert_eq!(config.providers.list.len(), 8);
}

/// The example with everything in it in force.
fn uncommented() -> String {
    // Files of secrets are not there, and a secret stands in one place only.
    EXAMPLE
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') && !rest.contains("_file = \"/") => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn nothing_given_is_a_demo() {
    let config = Config::from_sources(None, variables(&[("PATH", "/bin"), ("HUSTINGS", "x")])).unwrap();
    assert!(config.demo);
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.public_url.as_str(), "http://127.0.0.1:8080");
    assert_eq!(config.server.secret_file, Path::new("./data/secret"));
    assert_eq!(config.server.shutdown.as_secs(), 30);
    assert_eq!(
        config.database.url,
        DatabaseUrl::Sqlite("./data/hustings.db".into())
    );
    assert_eq!(
        config.mail.transport,
        MailTransport::File {
            directory: "./data/mail".into()
        }
    );
    assert!(config.limits.enabled);
    assert!(config.limits.trusted_proxies.is_empty());
    assert_eq!(config.warnings, []);

    for list in [
        &[("HUSTINGS__LOG__LEVEL", "info")][..],
        &[("HUSTINGS__LIMITS__ENABLED", "true")],
    ] {
        assert!(!Config::from_sources(None, variables(list)).unwrap().demo);
    }
    assert!(!Config::from_sources(Some(""), Vec::new()).unwrap().demo);
}

#[test]
fn variables_go_before_the_file() {
    let file = r#"
        [server]
        listen = "127.0.0.1:1"
        shutdown_seconds = 5
        [mail]
        transport = "smtp"
        from = "Ward News <comments@example.org>"
        [mail.smtp]
        host = "a.example.org"
        username = "ada"
        [limits]
        trusted_proxies = ["10.0.0.0/8"]
    "#;
    let config = Config::from_sources(
        Some(file),
        variables(&[
            ("HUSTINGS__SERVER__LISTEN", "[::]:9000"),
            ("HUSTINGS__MAIL__SMTP__HOST", "b.example.org"),
            ("HUSTINGS__MAIL__SMTP__PASSWORD", "0123"),
            ("HUSTINGS__MAIL__SMTP__SECURITY", "tls"),
            ("HUSTINGS__LIMITS__TRUSTED_PROXIES", "192.0.2.1, 2001:db8::/32"),
        ]),
    )
    .unwrap();
    assert_eq!(config.server.listen.to_string(), "[::]:9000");
    assert_eq!(config.server.public_url.as_str(), "http://[::1]:9000");
    assert_eq!(config.server.shutdown.as_secs(), 5);
    let MailTransport::Smtp(smtp) = &config.mail.transport else {
        panic!("{config:?}");
    };
    assert_eq!((smtp.host.as_str(), smtp.port), ("b.example.org", 465));
    let credentials = smtp.credentials.as_ref().unwrap();
    assert_eq!(
        credentials.password.expose(),
        "0123",
        "a password of digits stays one"
    );
    assert_eq!(config.mail.from.name.as_deref(), Some("Ward News"));
    let proxies: Vec<String> = config
        .limits
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(proxies, ["192.0.2.1/32", "2001:db8::/32"]);
    assert!(!format!("{config:?}").contains("0123"), "a secret was shown");
}

#[test]
fn every_error_is_reported_at_once_with_its_mend() {
    let found = errors(
        r#"
        [server]
        listen = "localhost"
        public_url = "http://comments.example.org"
        workers = 0
        shutdown_seconds = 1.5
        [database]
        url = "mysql://ada:hunter2@db.example.org/x"
        pool = "many"
        [mail]
        transport = "pigeon"
        from = "nobody"
        [mail.smtp]
        port = 70000
        username = "ada"
        [limits]
        enabled = "perhaps"
        trusted_proxies = ["10.0.0.0/8", "10.0.0.0/99"]
        client_address_header = "x y"
        [log]
        level = "loud"
        format = ["text"]
        "#,
        &[],
    );
    assert_eq!(
        keys(&found),
        [
            "database.url",
            "database.pool",
            "server.listen",
            "server.public_url",
            "server.workers",
            "server.shutdown_seconds",
            "mail.transport",
            "mail.from",
            "mail.smtp.port",
            "mail.smtp.password",
            "limits.enabled",
            "limits.trusted_proxies",
            "limits.client_address_header",
            "log.format",
            "log.level",
        ]
    );
    for error in &found {
        assert!(!error.problem.is_empty() && !error.mend.is_empty(), "{error:?}");
        assert!(
            !error.to_string().contains("hunter2"),
            "a password was shown: {error}"
        );
    }
}

#[test]
fn unknown_keys_are_refused_with_what_was_meant() {
    let found = errors(
        "listen = \"127.0.0.1:1\"\n[server]\npublic_ur = \"x\"\n[mial]\nx = 1\ny = 2\n[log.level]\na = 1\n",
        &[("HUSTINGS__MAIL__TRANSPORTS", "smtp")],
    );
    let mend = |key: &str| {
        let error = found.iter().find(|error| error.key == key);
        error
            .unwrap_or_else(|| panic!("{key} was accepted: {found:?}"))
            .mend
            .clone()
    };
    assert!(mend("listen").contains("server.listen"));
    assert!(mend("server.public_ur").contains("server.public_url"));
    assert!(mend("mail.transports").contains("mail.transport?"));
    assert!(mend("mial").contains("remove it"));
    assert_eq!(mend("log.level"), "write one text, number, true or false");
    assert_eq!(found.len(), 5, "{found:?}");
    let by_variable = found.iter().find(|error| error.key == "mail.transports").unwrap();
    assert!(by_variable.problem.contains("HUSTINGS__MAIL__TRANSPORTS"));
}

#[test]
fn a_number_is_no_path() {
    let found = errors("[server]\nsecret_file = 5\n[mail]\ndirectory = true\n", &[]);
    assert_eq!(keys(&found), ["server.secret_file", "mail.directory"]);
    assert_eq!(found[0].mend, "write the path as a text, in quotes");
    let variable = variables(&[("HUSTINGS__MAIL__DIRECTORY", "5")]);
    assert!(
        Config::from_sources(None, variable).is_ok(),
        "variables have no types"
    );
}

#[test]
fn what_is_not_toml_is_said() {
    let found = errors("[server\n", &[("HUSTINGS__LOG__LEVEL", "loud")]);
    assert_eq!(keys(&found), ["the configuration file", "log.level"]);
    assert!(found[0].problem.contains("line 1"), "{}", found[0]);
}

#[test]
fn letters_to_files_and_a_public_address_do_not_go_together() {
    let public = "[server]\npublic_url = \"https://comments.example.org\"\n";
    let found = errors(public, &[]);
    assert_eq!(keys(&found), ["mail.transport"]);
    assert!(found[0].mend.contains("smtp"));

    let smtp =
        "[mail]\ntransport = \"smtp\"\nfrom = \"c@example.org\"\n[mail.smtp]\nhost = \"smtp.example.org\"";
    let config = from_toml(&format!("{public}{smtp}")).unwrap();
    assert_eq!(
        config.warnings.len(),
        1,
        "a proxy is needed: {:?}",
        config.warnings
    );
    assert_eq!(config.warnings[0].key, "limits.trusted_proxies");

    let local = "[server]\npublic_url = \"https://localhost:8443\"\n";
    assert!(from_toml(local).is_ok());
}

#[test]
fn smtp_needs_a_host_and_a_sender() {
    let found = errors("[mail]\ntransport = \"smtp\"\n", &[]);
    assert_eq!(keys(&found), ["mail.from", "mail.smtp.host"]);
    let found = errors(
        "[mail]\ntransport = \"smtp\"\nfrom = \"c@example.org\"\n[mail.smtp]\nhost = \"smtp://x\"\npassword = \"p\"",
        &[],
    );
    assert_eq!(keys(&found), ["mail.smtp.host", "mail.smtp.username"]);
}

#[test]
fn secrets_come_from_a_value_or_a_file() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("password");
    let file = |extra: &str| {
        format!(
            "[mail]\ntransport = \"smtp\"\nfrom = \"c@example.org\"\n[mail.smtp]\nhost = \"localhost\"\nusername = \
             \"ada\"\npassword_file = {:?}\n{extra}",
            path.display().to_string()
        )
    };
    assert_eq!(keys(&errors(&file(""), &[])), ["mail.smtp.password_file"]);
    fs::write(&path, "\n").unwrap();
    assert_eq!(keys(&errors(&file(""), &[])), ["mail.smtp.password_file"]);
    fs::write(&path, " pass word \r\n").unwrap();
    assert_eq!(
        keys(&errors(&file("password = \"x\""), &[])),
        ["mail.smtp.password"]
    );
    let config = from_toml(&file("")).unwrap();
    let MailTransport::Smtp(smtp) = config.mail.transport else {
        panic!("not smtp");
    };
    assert_eq!(smtp.credentials.unwrap().password.expose(), " pass word ");

    let url = place.path().join("url");
    fs::write(&url, "postgres://ada:pw@db.example.org/hustings\n").unwrap();
    let config = from_toml(&format!("[database]\nurl_file = {:?}", url.display().to_string())).unwrap();
    assert!(
        matches!(&config.database.url, DatabaseUrl::Postgres(url) if url.expose().ends_with("/hustings"))
    );
    assert_eq!(config.server.secret_file, Path::new("./data/secret"));
}

#[test]
fn the_secret_lies_beside_the_sqlite_file() {
    for (url, secret) in [
        ("sqlite:/srv/hustings/x.db", "/srv/hustings/secret"),
        ("sqlite:x.db", "secret"),
        ("postgres://db.example.org/x", "./data/secret"),
    ] {
        let config = Config::from_sources(None, variables(&[("HUSTINGS__DATABASE__URL", url)])).unwrap();
        assert_eq!(config.server.secret_file, Path::new(secret));
    }
}

#[test]
fn what_is_odd_is_warned_of() {
    let warned = |file: &str, list: &[(&str, &str)]| -> Vec<String> {
        let config = Config::from_sources(Some(file), variables(list)).unwrap();
        config.warnings.into_iter().map(|warning| warning.key).collect()
    };
    assert_eq!(
        warned("[limits]\ntrusted_proxies = \"0.0.0.0/0\"", &[]),
        ["limits.trusted_proxies"]
    );
    assert_eq!(warned("[limits]\nenabled = false", &[]), ["limits.enabled"]);
    assert_eq!(
        warned("[server]\nlisten = \"0.0.0.0:80\"", &[]),
        ["server.public_url"]
    );
    assert_eq!(warned("[mail.smtp]\nhost = \"x\"", &[]), ["mail.smtp.host"]);
    let smtp = "[mail]\ntransport = \"smtp\"\nfrom = \"c@example.org\"\n[mail.smtp]\nsecurity = \"none\"\n";
    assert_eq!(
        warned(&format!("{smtp}host = \"x.example.org\""), &[]),
        ["mail.smtp.security"]
    );
    assert_eq!(warned(&format!("{smtp}host = \"127.0.0.1\""), &[]), [""; 0]);
    assert_eq!(
        warned("", &[("HUSTINGS_MAIL_SMTP_HOST", "x"), ("HUSTINGS_TEST_X", "y")]),
        ["HUSTINGS_MAIL_SMTP_HOST"]
    );
}

#[test]
fn a_named_file_must_be_there() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("none.toml");
    let ConfigErrors(found) = Config::load(Some(&path)).unwrap_err();
    assert_eq!(found[0].key, path.display().to_string());
    fs::write(&path, "[log]\nlevel = \"debug\"\n").unwrap();
    assert_eq!(Config::load(Some(&path)).unwrap().log.level, LogLevel::Debug);
}

#[test]
fn what_is_meant_is_told_from_what_was_refused() {
    let inspected = Config::inspect_sources(
        Some("[database]\nreaders = 0\npoll = 3\n[mail.smtp]\nport = 70000\n[log]\nlevel = \"loud\"\n"),
        variables(&[("HUSTINGS__SERVER__LISTN", "127.0.0.1:1")]),
    );
    assert_eq!(
        keys(&inspected.errors),
        [
            "database.readers",
            "mail.smtp.port",
            "log.level",
            "database.poll",
            "server.listn"
        ]
    );
    for meant in ["database.url", "server", "mail.transport", "limits"] {
        assert!(inspected.is_meant(meant), "{meant}");
    }
    for refused in ["database", "database.readers", "mail.smtp", "mail", "log"] {
        assert!(!inspected.is_meant(refused), "{refused}");
    }
    assert!(inspected.secret_is_meant());

    // Without its file, the password's section is not what was meant; a secret beside an unknown database neither.
    let inspected = Config::inspect_sources(Some("[database]\nurl_file = \"/nowhere/url\"\n"), Vec::new());
    assert!(!inspected.is_meant("database.url") && !inspected.secret_is_meant());
    let named = "[server]\nsecret_file = \"x\"\n[database]\nurl = \"mysql://x\"\n";
    assert!(Config::inspect_sources(Some(named), Vec::new()).secret_is_meant());
    // What else stands in a file that is not TOML, nobody knows.
    let inspected = Config::inspect_sources(Some("[server\n"), Vec::new());
    assert!(!inspected.is_meant("database.url") && !inspected.is_meant("mail"));
}

#[test]
fn withdrawn_texts_are_kept_for_a_day_at_least_and_not_for_ever() {
    for wrong in ["0", "3651", "-1", "never"] {
        let found = errors(&format!("[retention]\nwithdrawn_days = \"{wrong}\"\n"), &[]);
        assert_eq!(keys(&found), ["retention.withdrawn_days"], "{wrong}");
    }
    let config = from_toml("[retention]\nwithdrawn_days = 7\n").unwrap();
    assert_eq!(config.retention.withdrawn().as_secs(), 7 * 24 * 60 * 60);
}
